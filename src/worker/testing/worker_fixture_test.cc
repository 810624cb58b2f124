#include "worker/testing/worker_fixture.h"

#include "model/flow_parser.h"

namespace gyr::worker::testing {

using base::Value;

base::Task<plugin::TaskResult> Echo::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto rendered, co_await context.render(text));
  context.log(model::LogLevel::info, rendered.value_or(""));
  context.metric(model::MetricType::counter, "echoes", 1, Value::empty_map());
  co_return plugin::Success{Value::map({{"value", Value::string(rendered.value_or(""))}}), {}};
}

base::Task<plugin::TaskResult> Fail::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto rendered, co_await context.render(text));
  co_return base::fail(plugin::task_failed, rendered.value_or(""));
}

base::Task<plugin::TaskResult> Wait::run(plugin::RunContext& context) const {
  bool elapsed = co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token());
  if (!elapsed) co_return base::fail(plugin::task_cancelled, "ended before its time");
  co_return plugin::Success{};
}

void OneFlow::get(const model::FlowKey&, int32_t, const std::string&, Done done) {
  if (!flow) return done(base::fail(engine::flow_not_runnable, "it does not exist"));
  done(flow);
}

std::shared_ptr<const engine::CompiledFlow> compile(std::string_view yaml, const plugin::Registry& registry) {
  auto parsed = model::parse_flow("id: flow\nnamespace: company.team\n" + std::string(yaml), registry);
  EXPECT_TRUE(parsed.ok()) << parsed.first_error();
  if (!parsed.ok()) return nullptr;
  auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"});
  auto compiled = engine::CompiledFlow::compile(parsed.flow, key, registry);
  EXPECT_TRUE(compiled.has_value()) << compiled.error().message();
  return compiled ? *compiled : nullptr;
}

std::vector<std::string> lines_of(const std::vector<protocol::Frame>& frames) {
  std::vector<std::string> out;
  for (const auto& chunk : frames_of<protocol::LogChunk>(frames)) {
    for (const auto& line : chunk.entries) out.push_back(line.message);
  }
  return out;
}

namespace {

base::Task<void> end(Worker* worker, std::chrono::milliseconds grace, bool* ended) {
  co_await worker->shutdown(grace);
  *ended = true;
}

}  // namespace

WorkerFixture::WorkerFixture() {
  plugin::PluginSettings settings;
  settings.add("test.", Value::map({{"key", Value::string("set")}}));
  worker_.emplace(WorkerOptions{.id = "w",
                                .processes = 2,
                                .temporary = "/nonexistent",
                                .cache = "/nonexistent",
                                .host_files = {},
                                .plugin_settings = settings},
                  WorkerServices{loop_, clock_, flows_, storage_, *pool_, spawner_, http_}, to_server_);
}

WorkerFixture::~WorkerFixture() { pool_->stop(); }

void WorkerFixture::TearDown() {
  shut_down(std::chrono::milliseconds(0));
  EXPECT_TRUE(ended_) << "shutdown hangs";
  ending_.reset();
}

void WorkerFixture::deploy(std::string_view yaml) { flows_.flow = compile(yaml, registry_); }

void WorkerFixture::receive(protocol::Frame frame) {
  worker_->receive(std::move(frame));
  loop_.run_ready();
}

void WorkerFixture::advance(std::chrono::nanoseconds by) {
  loop_.advance(by);
  loop_.run_ready();
}

void WorkerFixture::shut_down(std::chrono::milliseconds grace) {
  if (!ending_) {
    ending_.emplace(loop_);
    ending_->spawn(end(&*worker_, grace, &ended_));
  }
  loop_.run_ready();
}

TaskFixture::TaskFixture() {
  registry_.add(type<Echo>("test.Echo"));
  registry_.add(type<Fail>("test.Fail"));
  registry_.add(type<Wait>("test.Wait"));
}

void TaskFixture::deploy_task(std::string_view task) { deploy("tasks:\n  - " + std::string(task) + "\n"); }

protocol::Job TaskFixture::job(uint64_t run, Value context) {
  protocol::Job job;
  job.key = {base::Id{1, 1}, base::Id{2, run}, 0, 1};
  job.flow = {"main", "company.team", "flow"};
  job.revision = 1;
  job.task_id = "task";
  job.context = std::move(context);
  job.log_sequence = 10;
  return job;
}

protocol::AttemptKey TaskFixture::give(uint64_t run, Value context) {
  protocol::Job given = job(run, std::move(context));
  receive(given);
  return given.key;
}

}  // namespace gyr::worker::testing
