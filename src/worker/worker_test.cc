// A worker by itself: attempts, their ends, kills and time-outs, what is too large. Time is virtual; the
// test is the server.
#include <gmock/gmock.h>

#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Throw {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const {
    throw std::runtime_error("a library broke");
    co_return plugin::Success{};
  }
};

/// Gives more than a message may hold.
struct Large {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    context.metric(model::MetricType::counter, "rows", 1, Value::empty_map());
    co_return plugin::Success{Value::map({{"value", Value::string(std::string(protocol::max_frame, 'x'))}}), {}};
  }
};

/// Measures the same and the like, then more than there is room for.
struct Measure {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    const auto tags = [](std::string_view first, std::string_view second) {
      return Value::map({{first, Value::string("1")}, {second, Value::string("1")}});
    };
    context.metric(model::MetricType::counter, "rows", 2, tags("a", "b"));
    context.metric(model::MetricType::counter, "rows", 3, tags("b", "a"));
    context.metric(model::MetricType::counter, "rows", 10, Value::empty_map());
    context.metric(model::MetricType::gauge, "rows", 20, Value::empty_map());
    GYR_CO_TRY(auto count, co_await context.render(text));
    const int more = std::atoi(count.value_or("0").c_str());
    for (int i = 0; i < more; ++i)
      context.metric(model::MetricType::counter, fmt::format("m{}", i), 1, Value::empty_map());
    co_return plugin::Success{};
  }
};

class WorkerTest : public TaskFixture {
 protected:
  WorkerTest() {
    registry_.add(type<Throw>("test.Throw"));
    registry_.add(type<Large>("test.Large"));
    registry_.add(type<Measure>("test.Measure"));
  }
};

TEST_F(WorkerTest, RunsAnAttemptAndReportsItsEnd) {  // EXEC-6
  deploy_task("{id: task, type: test.Echo, text: 'hello {{ inputs.name }}'}");
  auto key = give(1, Value::map({{"inputs", Value::map({{"name", Value::string("world")}})}}));
  ASSERT_THAT(sent<protocol::Started>(), SizeIs(1));
  EXPECT_EQ(sent<protocol::Started>()[0].key, key);
  EXPECT_EQ(result().key, key);
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(*result().outputs.find("value"), Value::string("hello world"));
  EXPECT_THAT(result().metrics, SizeIs(1));
  EXPECT_EQ(result().log_sequence, 11u) << "lines go on behind those of the run";
  EXPECT_THAT(lines(), ElementsAre("hello world"));
  EXPECT_TRUE(std::holds_alternative<protocol::Result>(frames_.back())) << "its lines come before it";
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(WorkerTest, MetricsOfOneTypeNameAndTagsAddUp) {  // SCRIPT-33, EXEC-122
  deploy_task("{id: task, type: test.Measure, text: '0'}");
  give();
  const auto metrics = result().metrics;
  ASSERT_THAT(metrics, SizeIs(3));
  EXPECT_EQ(metrics[0].value, 5) << "in any order of the tags";
  EXPECT_EQ(metrics[1].value, 10);
  EXPECT_EQ(metrics[2].value, 20);
  EXPECT_EQ(metrics[2].type, model::MetricType::gauge);
}

TEST_F(WorkerTest, MetricsOfAnAttemptAreBounded) {  // SCRIPT-33
  deploy_task("{id: task, type: test.Measure, text: '10100'}");
  give();
  EXPECT_EQ(result().state, State::success);
  EXPECT_THAT(result().metrics, SizeIs(10'000));
  EXPECT_THAT(lines(), ElementsAre("more than 10000 different metrics: additional metrics are dropped"));
}

TEST_F(WorkerTest, AFailureIsLoggedAndReported) {  // TASK-5
  deploy_task("{id: task, type: test.Fail, text: 'no such table'}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "no such table");
  EXPECT_THAT(lines(), ElementsAre("no such table"));
}

TEST_F(WorkerTest, AnExceptionOfATaskIsAFailure) {
  deploy_task("{id: task, type: test.Throw}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(result().error, HasSubstr("a library broke"));
}

TEST_F(WorkerTest, ATaskThatTheFlowDoesNotHaveIsAFailure) {
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(lines(), Contains(HasSubstr("cannot load the flow of the task")));
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(WorkerTest, ATimeoutEndsTheAttempt) {  // TASK-8
  deploy_task("{id: task, type: test.Wait, timeout: PT2S}");
  give();
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty());
  advance(std::chrono::seconds(2));
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "Timeout after 00:00:02.000");
}

/// Its `timeout` is also a property of the type.
struct OwnTimeout {
  model::Dynamic<base::Duration> timeout;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    (void)co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token());
    co_return std::unexpected(plugin::Failure({plugin::task_cancelled, "cancelled"}));
  }
};

TEST_F(WorkerTest, ATypeWithATimeoutOfItsOwnMayGiveTheReason) {  // PLUG-5
  registry_.add(plugin::task_type<OwnTimeout>("test.OwnTimeout").property("timeout", &OwnTimeout::timeout).build());
  deploy_task("{id: task, type: test.OwnTimeout, timeout: PT2S}");
  give();
  advance(std::chrono::milliseconds(31'999));
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty());
  advance(std::chrono::milliseconds(1));
  EXPECT_EQ(result().error, "Timeout after 00:00:32.000");
}

TEST_F(WorkerTest, AKillEndsTheAttempt) {  // EXEC-80
  deploy_task("{id: task, type: test.Wait}");
  auto key = give();
  protocol::AttemptKey stale = key;
  stale.epoch = 0;
  receive(protocol::Kill{stale});
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty()) << "a kill of an older epoch is not meant";
  receive(protocol::Kill{key});
  EXPECT_EQ(result().state, State::killed);
  receive(protocol::Kill{key});
  EXPECT_THAT(sent<protocol::Result>(), SizeIs(1));
}

TEST_F(WorkerTest, OutputsThatAreTooLargeAreDroppedAndTheAttemptFails) {  // STOR-14
  deploy_task("{id: task, type: test.Large}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_TRUE(result().outputs.is_null());
  EXPECT_THAT(result().error, HasSubstr("[GYR-L001]"));
  EXPECT_THAT(lines(), ElementsAre(result().error));
  EXPECT_EQ(result().log_sequence, 11u);
  deploy_task("{id: task, type: test.Echo, text: 'goes on'}");
  give(2);
  EXPECT_THAT(sent<protocol::Result>(), SizeIs(2));
}

}  // namespace
}  // namespace gyr::worker::testing
