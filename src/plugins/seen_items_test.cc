// TRIG-146
#include "plugins/seen_items.h"

#include <gtest/gtest.h>

#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Duration;
using base::Instant;
using base::Value;

ListedItem item(std::string uri, std::string version) { return {std::move(uri), std::move(version), Instant{50}}; }

/// Uris that fire, one letter each.
std::string fired(SeenItems& seen, std::vector<ListedItem> listed, FiresOn on, int64_t now,
                  std::optional<Duration> ttl = {}) {
  SeenItemsOptions options;
  options.on = on;
  options.state_ttl = ttl;
  std::string text;
  for (const auto& found : seen.take(listed, options, Instant{now})) text += found.uri;
  return text;
}

TEST(SeenItems, FireWhenTheyAreNewOrChanged) {
  for (auto [on, expected] :
       {std::pair{FiresOn::create, "ab||c"}, {FiresOn::update, "|a|"}, {FiresOn::create_or_update, "ab|a|c"}}) {
    SeenItems seen;
    std::string all = fired(seen, {item("a", "1"), item("b", "1")}, on, 100) + "|";
    all += fired(seen, {item("a", "2"), item("b", "1")}, on, 200) + "|";
    all += fired(seen, {item("a", "2"), item("b", "1"), item("c", "1")}, on, 300);
    EXPECT_EQ(all, expected);
  }
}

TEST(SeenItems, StaySeenWhileTheyAreAwayUntilTheyAreForgotten) {
  SeenItems seen;
  const auto hour = Duration::of_seconds(3600);
  EXPECT_EQ(fired(seen, {item("a", "1"), item("b", "1")}, FiresOn::create, 0, hour), "ab");
  EXPECT_EQ(fired(seen, {item("b", "1")}, FiresOn::create, 3600, hour), "");
  EXPECT_EQ(fired(seen, {item("a", "1"), item("b", "1")}, FiresOn::create, 3600, hour), "")
      << "an hour ago is not too long";
  EXPECT_EQ(fired(seen, {item("b", "1")}, FiresOn::create, 7200, hour), "") << "seen again in between";
  EXPECT_EQ(fired(seen, {item("a", "1")}, FiresOn::create, 7300, hour), "a")
      << "not seen for longer than the time to live";
  EXPECT_EQ(fired(seen, {item("b", "1")}, FiresOn::create, 1'000'000), "") << "without one nothing is forgotten";
}

TEST(SeenItems, CountOnceHoweverOftenTheyAreListed) {
  SeenItems seen;
  EXPECT_EQ(fired(seen, {item("a", "1"), item("a", "1")}, FiresOn::create_or_update, 0), "a");
}

TEST(SeenItems, AreAListInTheKey) {
  SeenItems seen;
  (void)fired(seen, {item("a", "1")}, FiresOn::create, 100);
  const Value value = seen.to_value();
  EXPECT_EQ(value, Value::list({Value::map({{"uri", Value::string("a")},
                                            {"version", Value::string("1")},
                                            {"modifiedAt", Value::string("1970-01-01T00:00:50Z")},
                                            {"lastSeenAt", Value::string("1970-01-01T00:01:40Z")}})}));
  auto read = SeenItems::read(value);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->to_value(), value);
  EXPECT_TRUE(SeenItems::read(Value())->to_value().items().empty());
  for (const char* broken :
       {"1", "[1]", "[{}]",
        R"([{"uri": "a", "version": 1, "modifiedAt": "1970-01-01T00:00:00Z", "lastSeenAt": "1970-01-01T00:00:00Z"}])",
        R"([{"uri": "a", "version": "1", "modifiedAt": "soon", "lastSeenAt": "1970-01-01T00:00:00Z"}])"}) {
    EXPECT_FALSE(SeenItems::read(json(broken)).has_value()) << broken;
  }
}

class SeenItemsInAKey : public TaskTest {
 protected:
  SeenItemsInAKey() {
    context->run_info.namespace_ = "company.team";
    context->run_info.flow_id = "flow";
    context->host = [this](std::string_view function, const Value& arguments) -> base::Result<Value> {
      key = arguments.find("key")->text();
      if (broken) return base::fail(plugin::host_refused, "the store is away");
      if (function == "kv.get") return Value::map({{"found", Value::boolean(!state.is_null())}, {"value", state}});
      state = *arguments.find("value");
      return Value();
    };
  }
  size_t take(SeenItemsOptions options = {}) {
    return loop.run(take_new_items(context.get(), "t", std::move(options), {item("a", "1")})).size();
  }
  Value state;
  std::string key;
  bool broken = false;
};

TEST_F(SeenItemsInAKey, AreReadAndWritten) {
  EXPECT_EQ(take(), 1u);
  EXPECT_EQ(key, "company.team_flow_t");
  EXPECT_EQ(take(), 0u);
  EXPECT_TRUE(context->logged.empty());
  SeenItemsOptions other;
  other.state_key = "mine";
  (void)take(other);
  EXPECT_EQ(key, "mine");
}

TEST_F(SeenItemsInAKey, CountAsNewWhereTheStateCannotBeHad) {
  EXPECT_EQ(take(), 1u);
  broken = true;
  EXPECT_EQ(take(), 1u);
  EXPECT_EQ(context->logged.size(), 2u) << "reading and writing are both told";
  broken = false;
  state = Value::string("nonsense");
  EXPECT_EQ(take(), 1u);
  EXPECT_EQ(take(), 0u) << "the damaged state was replaced";
}

}  // namespace
}  // namespace gyr::plugins::testing
