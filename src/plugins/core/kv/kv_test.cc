#include "plugins/core/kv/kv_value.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using core::kv_value;
using core::KvType;

class KvTasks : public TaskTest {
 protected:
  KvTasks() {
    context->host = [this](std::string_view, const Value&) { return base::Result<Value>(answer); };
  }
  const std::pair<std::string, Value>& last_call() const { return context->host_calls.back(); }
  Value stored(std::string_view more) {
    run(fmt::format("{{id: t, type: io.kestra.plugin.core.kv.Set, key: k, {}}}", more));
    return context->host_calls.empty() ? Value() : *last_call().second.find("value");
  }
  Value answer;
};

TEST_F(KvTasks, SetSendsEverything) {  // CORE-50
  EXPECT_TRUE(
      run(R"({id: t, type: io.kestra.plugin.core.kv.Set, key: "k{{ 1 }}", value: v, namespace: other, overwrite: false,
      ttl: PT5M, kvDescription: words})")
          .has_value());
  EXPECT_EQ(last_call().first, "kv.set");
  EXPECT_EQ(last_call().second, Value::map({{"namespace", text("other")},
                                            {"key", text("k1")},
                                            {"value", text("v")},
                                            {"overwrite", Value::boolean(false)},
                                            {"ttl", Value::duration(base::Duration::of_seconds(300))},
                                            {"description", text("words")}}));
  run("{id: t, type: io.kestra.plugin.core.kv.Set, key: k, value: v}");
  EXPECT_EQ(last_call().second, Value::map({{"namespace", Value()},
                                            {"key", text("k")},
                                            {"value", text("v")},
                                            {"overwrite", Value::boolean(true)},
                                            {"ttl", Value()},
                                            {"description", Value()}}));
}

TEST_F(KvTasks, SetKeepsTheKindOfExpressionsAndTakesLiteralsAsText) {  // CORE-55
  EXPECT_EQ(stored("value: 7"), text("7"));
  EXPECT_EQ(stored("value: true"), text("true"));
  EXPECT_EQ(stored("value: {x: \"{{ 1 }}\"}"), text("{\"x\":\"1\"}"));
  EXPECT_EQ(stored(R"(value: [1, {y: ~}, "\"{{ 'q' }}\""])"), text(R"([1,{},"\"q\""])")) << "nulls go, as in EXPR-14";
  EXPECT_EQ(stored("value: \"{{ 7 }}\"").as_integer(), 7);
  EXPECT_EQ(stored("value: \"n{{ 7 }}\""), text("n7"));
  EXPECT_EQ(stored("value: \"{{ {'a': [1]} }}\""), json(R"({"a": [1]})"));
  EXPECT_TRUE(stored("value: \"{{ null }}\"").is_null());
  EXPECT_EQ(stored("value: PT5M"), Value::duration(base::Duration::of_seconds(300)));
  EXPECT_EQ(stored("value: Paul"), text("Paul"));
  EXPECT_EQ(stored("value: PT"), text("PT"));
}

TEST_F(KvTasks, SetConvertsText) {  // CORE-55
  EXPECT_EQ(stored("value: '12.5', kvType: NUMBER").as_number(), 12.5);
  EXPECT_EQ(stored("value: 'TRUE', kvType: BOOLEAN"), Value::boolean(true));
  EXPECT_EQ(stored("value: 'abc', kvType: BOOLEAN"), Value::boolean(false));
  EXPECT_EQ(stored("value: '2024-05-01T10:00:00Z', kvType: DATETIME"), Value::instant(base::Instant{1714557600, 0}));
  EXPECT_EQ(stored("value: '2024-05-01', kvType: DATE"), Value::local_date(19844));
  EXPECT_EQ(stored("value: '2024-05-01T00:00:00Z', kvType: DATE"), Value::local_date(19844));
  EXPECT_EQ(stored("value: PT5M, kvType: DURATION"), Value::duration(base::Duration::of_seconds(300)));
  EXPECT_EQ(stored("value: PT5M, kvType: STRING"), text("PT5M"));
  EXPECT_EQ(stored("value: '{\"a\": 1}', kvType: JSON"), json(R"({"a": 1})"));
  EXPECT_EQ(stored("value: {a: [1, '{{ 2 }}']}, kvType: JSON"), json(R"({"a": [1, "2"]})"));
  EXPECT_EQ(stored("value: [1], kvType: STRING"), text("[1]"));
}

TEST_F(KvTasks, SetRefusesWhatItCannotConvert) {
  for (std::string_view wrong :
       {"value: abc, kvType: NUMBER", "value: '\"1\"', kvType: NUMBER", "value: soon, kvType: DATETIME",
        "value: soon, kvType: DATE", "value: soon, kvType: DURATION", "value: '{bad', kvType: JSON",
        "value: x, kvType: FLOAT", "value: x, ttl: -PT1S", "value: x, ttl: soon"}) {
    EXPECT_FALSE(run(fmt::format("{{id: t, type: io.kestra.plugin.core.kv.Set, key: k, {}}}", wrong)).has_value())
        << wrong;
  }
  EXPECT_TRUE(context->host_calls.empty()) << "nothing must reach the store";
}

TEST_F(KvTasks, DatesBeforeTheEpochAreTheirOwnDay) {
  EXPECT_EQ(*kv_value(text("1969-12-31T23:00:00Z"), KvType::date), Value::local_date(-1));
  EXPECT_EQ(*kv_value(text("1970-01-01T00:00:00Z"), KvType::date), Value::local_date(0));
}

TEST_F(KvTasks, PutStoresText) {  // CORE-57
  run(R"({id: t, type: io.kestra.plugin.core.kv.Put, key: k, value: "{{ 5 }}", errorOnMissing: true})");
  EXPECT_EQ(last_call().first, "kv.set");
  EXPECT_EQ(
      last_call().second,
      Value::map(
          {{"namespace", Value()}, {"key", text("k")}, {"value", text("5")}, {"mustExist", Value::boolean(true)}}));
}

TEST_F(KvTasks, GetReturnsTheValue) {  // CORE-51
  answer = json(R"({"found": true, "value": {"a": 1}})");
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.kv.Get, key: k}"), json(R"({"value": {"a": 1}})"));
  EXPECT_EQ(last_call().first, "kv.get");
  EXPECT_EQ(last_call().second, Value::map({{"namespace", Value()}, {"key", text("k")}}));
  answer = Value::map({{"found", Value::boolean(true)}, {"value", Value::duration(base::Duration::of_seconds(300))}});
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.kv.Get, key: k}").find("value")->as_number(), 300.0);
  answer = json(R"({"found": true, "value": null})");
  EXPECT_TRUE(outputs("{id: t, type: io.kestra.plugin.core.kv.Get, key: k, errorOnMissing: true}").is_null());
}

TEST_F(KvTasks, GetMissesAKey) {
  answer = json(R"({"found": false})");
  EXPECT_TRUE(outputs("{id: t, type: io.kestra.plugin.core.kv.Get, key: k}").is_null());
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.kv.Get, key: k, errorOnMissing: true}"),
            "No value found for key 'k' in namespace 'company.team' and `errorOnMissing` is set to true");
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.kv.Get, key: k, namespace: other, errorOnMissing: true}"),
            "No value found for key 'k' in namespace 'other' and `errorOnMissing` is set to true");
}

TEST_F(KvTasks, DeleteAndKeys) {  // CORE-52, CORE-53
  answer = Value::boolean(true);
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.kv.Delete, key: k}"), json(R"({"deleted": true})"));
  answer = Value::boolean(false);
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.kv.Delete, key: k}"), json(R"({"deleted": false})"));
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.kv.Delete, key: k, errorOnMissing: true}").find("'k'"),
            std::string::npos);
  answer = json(R"(["a", "b"])");
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.kv.GetKeys, prefix: p}"), json(R"({"keys": ["a", "b"]})"));
  EXPECT_EQ(last_call().second, Value::map({{"namespace", Value()}, {"prefix", text("p")}}));
}

TEST_F(KvTasks, RefusalsOfTheServerFailTheTask) {
  context->host = [](std::string_view, const Value&) -> base::Result<Value> {
    return base::fail(plugin::host_refused, "The requested value has expired");
  };
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.kv.Get, key: k}"), "The requested value has expired");
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.kv.Set, key: k, value: v}"),
            "The requested value has expired");
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.kv.Delete, key: k}").has_value());
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.kv.GetKeys}").has_value());
}

TEST_F(KvTasks, AnswersThatMakeNoSenseFailTheTask) {
  for (const Value& nonsense : {Value(), text("x"), Value::integer(5), json("[]"), json("{}")}) {
    answer = nonsense;
    EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.kv.Get, key: k}").has_value());
    EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.kv.Delete, key: k}").has_value());
    if (!nonsense.is_list()) EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.kv.GetKeys}").has_value());
  }
}

}  // namespace
}  // namespace gyr::plugins::testing
