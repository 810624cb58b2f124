#include "executor/testing/worker_hub_fixture.h"

#include "storage/local/local_storage.h"
#include "store/sqlite/sqlite_store.h"

namespace gyr::executor::test {

WorkerHubTest::WorkerHubTest() {
  auto opened = store::open_sqlite({.folder = folder_.path() / "database", .clock = &clock_});
  EXPECT_TRUE(opened.has_value());
  store_ = std::make_unique<FaultyStore>(*std::move(opened));
  storage_ = *storage::open_local_storage(folder_.path() / "storage");
  host_ = std::make_unique<HostService>(*store_, *storage_, secrets_, nullptr, clock_, *pool_);
  hub_ = std::make_unique<WorkerHub>(HubServices{*store_, *host_, changes_, clock_, loop_});
  hub_->set_events([this](const model::FlowKey&, Id execution, engine::EventBody body,
                          std::optional<engine::AttemptRef>) { events_.emplace_back(execution, std::move(body)); });
  hub_->set_trigger_events(
      [this](const model::FlowKey&, TriggerReport report) { reports_.push_back(std::move(report)); });
}

WorkerHubTest::~WorkerHubTest() {
  pool_->stop();
  store_->close();
}

}  // namespace gyr::executor::test
