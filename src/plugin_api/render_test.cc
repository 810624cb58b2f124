#include "plugin_api/render.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "plugin_api/test_plugins.h"
#include "syntax/yaml.h"

namespace gyr::plugin {

namespace {

using base::Value;

/// Renders immediately against a fixed context; records the calls of the task.
class FakeContext final : public RunContext {
 public:
  explicit FakeContext(Value root) : context_(std::move(root)) {}

  const RunInfo& info() const override { return info_; }
  base::Task<base::Result<Value>> render_value(const model::DynamicSource& source, Value extra, bool typed) override {
    const expression::OverlayContext overlay(context_, extra.is_null() ? Value::empty_map() : extra);
    const auto& value = source.value_template();
    expression::Outcome outcome = typed ? value.render_typed(overlay, {}) : value.render(overlay, {});
    if (!outcome.ok())
      co_return base::fail(outcome.failed() ? outcome.error() : base::Error(host_refused, "needs the host"));
    co_return outcome.value();
  }
  void log(model::LogLevel, std::string_view message) override { lines.emplace_back(message); }
  void metric(model::MetricType, std::string_view name, double value, Value) override {
    metrics.emplace_back(name, value);
  }
  void mask(std::string_view) override {}
  base::Task<base::Result<Value>> host_call(std::string_view, Value) override {
    co_return base::fail(host_refused, "no host");
  }
  base::CancelToken cancel_token() const override { return {}; }
  base::Loop& loop() override { std::abort(); }
  base::Instant now() const override { return {}; }
  Files* files() override { return nullptr; }
  Processes* processes() override { return nullptr; }
  HttpClient* http() override { return nullptr; }

  std::vector<std::string> lines;
  std::vector<std::pair<std::string, double>> metrics;

 private:
  RunInfo info_;
  expression::ValueContext context_;
};

Value root() {
  return Value::map({{"vars", Value::map({{"n", Value::integer(5)},
                                          {"list", Value::list({Value::integer(1), Value::string("b")})},
                                          {"map", Value::map({{"a", Value::integer(1)}})},
                                          {"nothing", Value::null()},
                                          {"text", Value::string("hello")}})}});
}

template <class T>
base::Result<std::optional<T>> render(std::string_view yaml, Value extra = {}) {
  FakeContext context(root());
  model::Dynamic<T> property;
  const model::TypeSource& types = testing::test_registry();
  model::BindContext bind(types);
  if (!yaml.empty()) model::Binder<model::Dynamic<T>>::bind(*syntax::parse_yaml(yaml), property, bind);
  auto result = base::Task<base::Result<std::optional<T>>>::run_inline(context.render(property, std::move(extra)));
  EXPECT_TRUE(result.has_value());
  return *result;
}

template <class T>
T rendered(std::string_view yaml) {
  auto result = render<T>(yaml);
  EXPECT_TRUE(result.has_value()) << yaml << ": " << (result ? "" : result.error().message());
  EXPECT_TRUE(result && result->has_value()) << yaml;
  return result && *result ? **result : T{};
}

template <class T>
std::string error(std::string_view yaml) {
  auto result = render<T>(yaml);
  return result ? "" : result.error().message();
}

// EXPR-345
TEST(Render, Scalars) {
  EXPECT_EQ(rendered<std::string>("'{{ vars.text }} {{ vars.n }}'"), "hello 5");
  EXPECT_EQ(rendered<std::string>("1.10"), "1.10");
  EXPECT_EQ(rendered<std::string>("'{{ vars.nothing }}'"), "");
  EXPECT_EQ(rendered<std::string>("'  '"), "  ");
  EXPECT_EQ(rendered<int64_t>("'{{ vars.n }}'"), 5);
  EXPECT_EQ(rendered<int64_t>("7"), 7);
  EXPECT_EQ(rendered<int32_t>("'{{ vars.n + 1 }}'"), 6);
  EXPECT_EQ(rendered<double>("'1.5'"), 1.5);
  EXPECT_TRUE(rendered<bool>("'{{ vars.n == 5 }}'"));
  EXPECT_TRUE(rendered<bool>("yes"));
  EXPECT_EQ(rendered<base::Duration>("PT5M"), base::Duration::of_seconds(300));
  EXPECT_EQ(rendered<base::Duration>("0.5"), base::Duration::of_millis(500));
  EXPECT_EQ(rendered<base::Instant>("2024-01-01T00:00:00+01:00").seconds, 1704063600);
  EXPECT_EQ(rendered<model::LogLevel>("WARN"), model::LogLevel::warn);
  EXPECT_EQ(rendered<base::Value>("[1, '{{ vars.text }}']"), Value::list({Value::integer(1), Value::string("hello")}));
  EXPECT_EQ(rendered<model::Typed>("'{{ vars.map }}'").value, Value::map({{"a", Value::integer(1)}}));
}

TEST(Render, AnAbsentPropertyRendersToNothing) {
  EXPECT_EQ(*render<std::string>(""), std::nullopt);
  EXPECT_EQ(*render<int64_t>("'{{ vars.nothing }}'"), std::nullopt);
  EXPECT_EQ(*render<base::Duration>("' '"), std::nullopt);
  EXPECT_EQ(*render<base::Value>("'{{ vars.nothing }}'"), std::nullopt);
  EXPECT_FALSE((*render<model::Typed>("'{{ vars.nothing }}'")).has_value());
}

// EXPR-346, EXPR-347
TEST(Render, ListsMapsAndObjects) {
  EXPECT_EQ(rendered<std::vector<std::string>>("['{{ vars.text }}', 1.10]"),
            (std::vector<std::string>{"hello", "1.10"}));
  EXPECT_EQ(rendered<std::vector<std::string>>("'{{ vars.list }}'"), (std::vector<std::string>{"1", "b"}));
  EXPECT_EQ(rendered<std::vector<int64_t>>("'[1, 2]'"), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(rendered<std::vector<model::State>>("[SUCCESS]"), std::vector<model::State>{model::State::success});
  EXPECT_EQ((rendered<std::map<std::string, std::string>>("{a: '{{ vars.n }}'}")),
            (std::map<std::string, std::string>{{"a", "5"}}));
  EXPECT_EQ((rendered<std::map<std::string, int64_t>>("'{{ vars.map }}'")), (std::map<std::string, int64_t>{{"a", 1}}));
  EXPECT_EQ((rendered<std::map<std::string, std::string>>("'{\"a\": \"{{ vars.text }}\"}'")),
            (std::map<std::string, std::string>{{"a", "hello"}}));
  EXPECT_TRUE(rendered<testing::Everything::Options>("{follow: '{{ vars.n == 5 }}'}").follow);
}

TEST(Render, FailuresNameTheValueAndTheType) {
  EXPECT_NE(error<int64_t>("abc").find("abc"), std::string::npos);
  EXPECT_NE(error<bool>("perhaps").find("perhaps"), std::string::npos);
  EXPECT_NE(error<base::Duration>("10s").find("10s"), std::string::npos);
  EXPECT_EQ(error<model::LogLevel>("LOUD"),
            "`LOUD` is not a value of `Level`: it must be one of ERROR, WARN, INFO, DEBUG, TRACE");
  EXPECT_NE(error<model::LogLevel>("'{{ vars.nothing }}'"), "");
  EXPECT_EQ(error<int32_t>("3000000000"), "`3000000000` is out of the range of a 32-bit integer");
  EXPECT_EQ(error<std::vector<int64_t>>("[1, x]").substr(0, 8), "item 1: ");
  EXPECT_NE(error<std::vector<std::string>>("text"), "");
  EXPECT_EQ((error<std::map<std::string, int64_t>>("{a: x}").substr(0, 5)), "`a`: ");
  EXPECT_NE(error<std::string>("'{{ nobody }}'").find("nobody"), std::string::npos);
  EXPECT_NE(error<testing::Everything::Options>("{more: 1}").find("Unrecognized field \"more\""), std::string::npos);
}

TEST(Render, ExtraVariablesWin) {
  auto result = render<std::string>("'{{ vars }} {{ response }}'",
                                    Value::map({{"vars", Value::string("mine")}, {"response", Value::integer(200)}}));
  EXPECT_EQ(**result, "mine 200");
}

TEST(TaskType, RunsThroughItsDescription) {
  const TaskType& type = *testing::test_registry().task("io.kestra.plugin.core.debug.Return");
  model::TaskSpec task;
  model::BindContext bind(testing::test_registry());
  model::Binder<model::TaskSpec>::bind(
      *syntax::parse_yaml("{id: a, type: io.kestra.plugin.core.debug.Return, format: '{{ vars.text }}'}"), task, bind);
  FakeContext context(root());
  auto result = base::Task<TaskResult>::run_inline(type.run(*task.object, context));
  ASSERT_TRUE(result.has_value() && result->has_value());
  EXPECT_EQ((*result)->outputs, Value::map({{"value", Value::string("hello")}}));
  EXPECT_EQ(context.metrics, (std::vector<std::pair<std::string, double>>{{"length", 5.0}}));
}

struct Poller {
  bool fires = false;
  static TriggerType describe() {
    return trigger_type<Poller>("io.kestra.plugin.test.Poller", TriggerKind::polling)
        .property("fires", &Poller::fires)
        .build();
  }
  base::Task<PollResult> poll(RunContext&) const {
    if (!fires) co_return std::optional<Value>();
    co_return Value::map({{"rows", Value::integer(1)}});
  }
};

struct Listener {
  static TriggerType describe() {
    return trigger_type<Listener>("io.kestra.plugin.test.Listener", TriggerKind::realtime).build();
  }
  base::Task<base::Result<void>> listen(RunContext&, EventSink& sink) const {
    sink.listening();
    co_return co_await sink.accept(Value::empty_map());
  }
};

struct CountingSink final : EventSink {
  void listening() override { is_listening = true; }
  base::Task<base::Result<void>> accept(Value) override {
    ++events;
    co_return base::Result<void>();
  }
  bool is_listening = false;
  int events = 0;
};

TEST(TriggerType, PollsAndListens) {
  const TriggerType polling = Poller::describe();
  ASSERT_NE(polling.poll, nullptr);
  EXPECT_EQ(polling.listen, nullptr);
  auto object = polling.make();
  FakeContext context(root());
  EXPECT_EQ(**base::Task<PollResult>::run_inline(polling.poll(*object, context)), std::nullopt);
  static_cast<Poller*>(polling.properties_of(*object))->fires = true;
  EXPECT_TRUE((**base::Task<PollResult>::run_inline(polling.poll(*object, context))).has_value());

  const TriggerType realtime = Listener::describe();
  ASSERT_NE(realtime.listen, nullptr);
  CountingSink sink;
  auto listener = realtime.make();
  EXPECT_TRUE((*base::Task<base::Result<void>>::run_inline(realtime.listen(*listener, context, sink))).has_value());
  EXPECT_TRUE(sink.is_listening);
  EXPECT_EQ(sink.events, 1);
}

struct Patient {
  std::optional<base::Duration> interval;
  base::Task<PollResult> poll(RunContext&) const { co_return std::optional<Value>(); }
};

TEST(TriggerType, ReportsItsInterval) {  // TRIG-140
  EXPECT_EQ(Poller::describe().interval, nullptr) << "it has none";
  const TriggerType type = trigger_type<Patient>("io.kestra.plugin.test.Patient", TriggerKind::polling)
                               .property("interval", &Patient::interval)
                               .build();
  auto object = type.make();
  ASSERT_NE(type.interval, nullptr);
  EXPECT_EQ(type.interval(*object), std::nullopt);
  static_cast<Patient*>(type.properties_of(*object))->interval = base::Duration::of_seconds(3);
  EXPECT_EQ(type.interval(*object), base::Duration::of_seconds(3));
}

}  // namespace

}  // namespace gyr::plugin
