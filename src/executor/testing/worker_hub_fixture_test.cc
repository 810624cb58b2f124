#include "executor/testing/worker_hub_fixture.h"

#include "storage/local/local_storage.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::executor::test {

WorkerHubTest::WorkerHubTest() {
  auto opened = store::open_sqlite({.folder = folder_.path() / "database", .clock = &clock_});
  EXPECT_TRUE(opened.has_value());
  store_ = std::make_unique<FaultyStore>(*std::move(opened));
  storage_ = *storage::open_local_storage(folder_.path() / "storage");
  mailboxes_ = std::make_unique<Mailboxes>(ExecutorOptions{.threads = 1, .partitions = 1}, *store_, queued_work_);
  host_ = std::make_unique<HostService>(HostParts{*store_, *storage_, secrets_, nullptr, clock_, *pool_, *mailboxes_});
  hub_ = std::make_unique<WorkerHub>(
      HubServices{*store_, *host_, changes_, clock_, loop_, static_cast<WorkerReports&>(*this), queued_work_});
}

void WorkerHubTest::worker_event(const model::FlowKey&, Id execution, engine::EventBody body,
                                 std::optional<engine::AttemptRef>) {
  if (std::exchange(throws_, false)) throw std::runtime_error("no memory");
  if (on_event_) on_event_(body);
  events_.emplace_back(execution, std::move(body));
}

std::optional<base::Error> WorkerHubTest::trigger_event(const model::FlowKey&, TriggerReport report) {
  if (std::exchange(throws_, false)) throw std::runtime_error("no memory");
  if (report.number != 0 && refusal_) return refusal_;
  reports_.push_back(std::move(report));
  return std::nullopt;
}

WorkerHubTest::~WorkerHubTest() {
  pool_->stop();
  store_->close();
}

}  // namespace gyr::executor::test
