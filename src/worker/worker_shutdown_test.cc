// The end of a worker: what runs gets time, what is cut off is run again (EXEC-134).
#include <gmock/gmock.h>

#include "syntax/json.h"
#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

using model::State;
using ::testing::IsEmpty;

/// Waits as Wait does, and keeps what it could know about its end.
struct Resumable {
  model::Dynamic<std::string> text;
  static inline std::string known;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    (void)co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token());
    known = fmt::format("attempt {} of {}, handed over: {}, setting: {}", context.info().attempt,
                        context.info().resumed_attempt, context.handed_over(),
                        syntax::write_json(context.plugin_setting("test.Resumable", "key")));
    co_return base::fail(plugin::task_cancelled, "ended before its time");
  }
};

class WorkerShutdown : public TaskFixture {
 protected:
  WorkerShutdown() { registry_.add(type<Resumable>("test.Resumable")); }
};

TEST_F(WorkerShutdown, ShutdownGivesTimeAndEndsAsSoonAsAllHaveEnded) {  // EXEC-134
  deploy_task("{id: task, type: test.Wait}");
  auto key = give();
  shut_down(std::chrono::seconds(60));
  EXPECT_FALSE(ended_);
  give(2);
  EXPECT_EQ(worker_->running(), 1u) << "nothing new is taken";
  receive(protocol::Kill{key});
  EXPECT_TRUE(ended_) << "at once, not at the end of the time";
  EXPECT_EQ(result().state, State::killed);
}

TEST_F(WorkerShutdown, AttemptsCancelledByAShutdownAreNotReported) {  // EXEC-134: it is run again
  deploy_task("{id: task, type: test.Wait}");
  give();
  shut_down(std::chrono::seconds(60));
  advance(std::chrono::seconds(61));
  EXPECT_TRUE(ended_);
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty());
}

TEST_F(WorkerShutdown, ATaskKnowsWhetherItIsHandedOver) {  // RUNNER-7: then its remote job may go on
  deploy_task("{id: task, type: test.Resumable}");
  auto key = give();
  receive(protocol::Kill{key});
  EXPECT_EQ(Resumable::known, R"(attempt 0 of 0, handed over: false, setting: "set")");

  protocol::Job again = job(2);
  again.key.attempt = 3;
  again.resumed_attempt = 1;
  receive(again);
  shut_down(std::chrono::milliseconds(0));
  advance(std::chrono::seconds(1));
  EXPECT_EQ(Resumable::known, R"(attempt 3 of 1, handed over: true, setting: "set")");
}

}  // namespace
}  // namespace gyr::worker::testing
