// A worker by itself: attempts, their ends, kills and time-outs, what is too large, log flow control, the end of the
// link and of the worker (DESIGN 9). Time is virtual; the test is the server.
#include "worker/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/context.h"
#include "link/log_weight.h"
#include "link/memory_link.h"
#include "model/encryptor.h"
#include "model/flow_parser.h"
#include "plugin/render.h"
#include "plugin/task_type.h"
#include "syntax/json.h"

namespace gyr::worker {
namespace {

using base::Id;
using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// ---- types of tasks, each with one `text`

struct Echo {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto rendered, co_await context.render(text));
    context.log(model::LogLevel::info, rendered.value_or(""));
    context.metric(model::MetricType::counter, "echoes", 1, Value::empty_map());
    co_return plugin::Success{Value::map({{"value", Value::string(rendered.value_or(""))}}), {}};
  }
};

/// Reads its text twice.
struct Twice {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto first, co_await context.render(text));
    GYR_CO_TRY(auto second, co_await context.render(text));
    GYR_CO_TRY(auto other, co_await context.render(text, Value::map({{"extra", Value::integer(1)}})));
    co_return plugin::Success{Value::map({{"first", Value::string(first.value_or(""))},
                                          {"second", Value::string(second.value_or(""))},
                                          {"other", Value::string(other.value_or(""))}}),
                              {}};
  }
};

/// Its text is not dynamic.
struct Fixed {
  std::string text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const {
    co_return plugin::Success{Value::map({{"value", Value::string(text)}}), {}};
  }
};

struct Fail {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto rendered, co_await context.render(text));
    co_return base::fail(plugin::task_failed, rendered.value_or(""));
  }
};

struct Throw {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const {
    throw std::runtime_error("a library broke");
    co_return plugin::Success{};
  }
};

struct Wait {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    bool elapsed = co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token());
    if (!elapsed) co_return base::fail(plugin::task_cancelled, "ended before its time");
    co_return plugin::Success{};
  }
};

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

/// Gives more than a message may hold.
struct Large {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    context.metric(model::MetricType::counter, "rows", 1, Value::empty_map());
    co_return plugin::Success{Value::map({{"value", Value::string(std::string(link::longest_frame, 'x'))}}), {}};
  }
};

/// Writes a line of 100 KB two hundred times, and waits for room before each as a script does.
struct Chatty {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    std::string line(100'000, 'x');
    for (int i = 0; i < 200; ++i) {
      co_await context.log_room();
      context.log(model::LogLevel::info, line);
    }
    co_return plugin::Success{};
  }
};

/// Writes 100,000 lines of one character.
struct Ticker {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    for (int i = 0; i < 100'000; ++i) {
      if (i % 100 == 0) co_await context.log_room();
      context.log(model::LogLevel::info, "x");
    }
    co_return plugin::Success{};
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

template <class T>
plugin::TaskType type(std::string_view name) {
  return plugin::task_type<T>(std::string(name)).property("text", &T::text).build();
}

// ---- what a worker works with

class OneFlow final : public FlowSource {
 public:
  void get(const model::FlowKey&, int32_t, const std::string&, Done done) override {
    if (!flow) return done(base::fail(engine::flow_not_runnable, "it does not exist"));
    done(flow);
  }
  std::shared_ptr<const engine::CompiledFlow> flow;
};

class NoStorage final : public storage::Storage {
  static auto none() { return base::fail(storage::storage_failed, "this test stores nothing"); }

 public:
  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view, std::string_view, uint64_t) override {
    return none();
  }
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view, std::string_view, storage::Metadata) override {
    return none();
  }
  base::Result<bool> exists(std::string_view, std::string_view) override { return none(); }
  base::Result<storage::FileAttributes> attributes(std::string_view, std::string_view) override { return none(); }
  base::Result<std::vector<storage::FileAttributes>> list(std::string_view, std::string_view) override {
    return none();
  }
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view, std::string_view, bool) override {
    return none();
  }
  base::Result<bool> remove(std::string_view, std::string_view) override { return none(); }
  base::Result<void> create_directory(std::string_view, std::string_view) override { return none(); }
  base::Result<void> move(std::string_view, std::string_view, std::string_view) override { return none(); }
};

class NoSpawner final : public process::Spawner {
 public:
  base::Result<std::unique_ptr<process::Process>> start(base::Loop&, process::Command, process::Observer&) override {
    return base::fail(process::spawn_failed, "this test starts nothing");
  }
  int helper_pid() const override { return 0; }
};

class NoHttp final : public net::HttpClient {
 public:
  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest, base::Loop&, base::CancelToken) override {
    co_return base::fail(plugin::task_failed, "this test sends nothing");
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::Loop&, base::CancelToken) override {
    co_return base::fail(plugin::task_failed, "this test sends nothing");
  }
};

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    registry_.add(type<Echo>("test.Echo"));
    registry_.add(type<Measure>("test.Measure"));
    registry_.add(type<Fixed>("test.Fixed"));
    registry_.add(type<Twice>("test.Twice"));
    registry_.add(type<Fail>("test.Fail"));
    registry_.add(type<Throw>("test.Throw"));
    registry_.add(type<Wait>("test.Wait"));
    registry_.add(type<Resumable>("test.Resumable"));
    registry_.add(type<Large>("test.Large"));
    registry_.add(type<Chatty>("test.Chatty"));
    registry_.add(type<Ticker>("test.Ticker"));
    plugin::PluginSettings settings;
    settings.add("test.", Value::map({{"key", Value::string("set")}}));
    worker_.emplace(WorkerOptions{.id = "w",
                                  .processes = 2,
                                  .temporary = "/nonexistent",
                                  .cache = "/nonexistent",
                                  .plugin_settings = settings},
                    WorkerServices{loop_, clock_, flows_, storage_, *pool_, spawner_, http_}, to_server_);
  }
  ~WorkerTest() override {
    bool ended = false;
    base::TaskScope scope(loop_);
    scope.spawn(end_after(&*worker_, std::chrono::milliseconds(0), &ended));
    loop_.run_ready();
    EXPECT_TRUE(ended) << "shutdown hangs";
    pool_->stop();
  }

  static base::Task<void> end_after(Worker* worker, std::chrono::milliseconds grace, bool* ended) {
    co_await worker->shutdown(grace);
    *ended = true;
  }

  void deploy(std::string_view task) {
    auto parsed =
        model::parse_flow("id: flow\nnamespace: company.team\ntasks:\n  - " + std::string(task) + "\n", registry_);
    ASSERT_TRUE(parsed.ok()) << parsed.first_error();
    auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"});
    auto compiled = engine::CompiledFlow::compile(parsed.flow, key, registry_);
    ASSERT_TRUE(compiled.has_value());
    flows_.flow = *compiled;
  }
  link::AttemptKey give(uint64_t run = 1, Value context = Value::empty_map()) {
    link::Job job;
    job.key = {Id{1, 1}, Id{2, run}, 0, 1};
    job.flow = {"main", "company.team", "flow"};
    job.revision = 1;
    job.task_id = "task";
    job.context = std::move(context);
    job.log_sequence = 10;
    worker_->receive(job);
    loop_.run_ready();
    return job.key;
  }
  template <class T>
  std::vector<T> sent() const {
    std::vector<T> out;
    for (const auto& frame : frames_) {
      if (const auto* wanted = std::get_if<T>(&frame)) out.push_back(*wanted);
    }
    return out;
  }
  link::Result result() const {
    auto results = sent<link::Result>();
    EXPECT_EQ(results.size(), 1u);
    return results.empty() ? link::Result() : results[0];
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& chunk : sent<link::LogChunk>()) {
      for (const auto& line : chunk.entries) out.push_back(line.message);
    }
    return out;
  }
  uint64_t log_bytes() const {
    uint64_t bytes = 0;
    for (const auto& line : lines()) bytes += line.size();
    return bytes;
  }
  uint64_t log_weight() const { return log_bytes() + lines().size() * link::log_line_bytes; }

  base::ManualLoop loop_;
  base::VirtualClock clock_{base::Instant::of_millis(1'767'600'000'000)};
  plugin::Registry registry_;
  OneFlow flows_;
  NoStorage storage_;
  std::unique_ptr<net::Pool> pool_ = net::make_pool("files", 1);
  NoSpawner spawner_;
  NoHttp http_;
  std::vector<link::Frame> frames_;
  link::MemoryLink to_server_{nullptr, [this](link::Frame frame) { frames_.push_back(std::move(frame)); }};
  std::optional<Worker> worker_;
};

TEST_F(WorkerTest, RunsAnAttemptAndTellsItsEnd) {  // EXEC-6
  deploy("{id: task, type: test.Echo, text: 'hello {{ inputs.name }}'}");
  auto key = give(1, Value::map({{"inputs", Value::map({{"name", Value::string("world")}})}}));
  ASSERT_THAT(sent<link::Started>(), SizeIs(1));
  EXPECT_EQ(sent<link::Started>()[0].key, key);
  EXPECT_EQ(result().key, key);
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(*result().outputs.find("value"), Value::string("hello world"));
  EXPECT_THAT(result().metrics, SizeIs(1));
  EXPECT_EQ(result().log_sequence, 11u) << "lines go on behind those of the run";
  EXPECT_THAT(lines(), ElementsAre("hello world"));
  EXPECT_TRUE(std::holds_alternative<link::Result>(frames_.back())) << "its lines come before it";
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(WorkerTest, MetricsOfOneTypeNameAndTagsAddUp) {  // SCRIPT-33, EXEC-122
  deploy("{id: task, type: test.Measure, text: '0'}");
  give();
  const auto metrics = result().metrics;
  ASSERT_THAT(metrics, SizeIs(3));
  EXPECT_EQ(metrics[0].value, 5) << "in any order of the tags";
  EXPECT_EQ(metrics[1].value, 10);
  EXPECT_EQ(metrics[2].value, 20);
  EXPECT_EQ(metrics[2].type, model::MetricType::gauge);
}

TEST_F(WorkerTest, MetricsOfAnAttemptAreBounded) {  // SCRIPT-33
  deploy("{id: task, type: test.Measure, text: '10100'}");
  give();
  EXPECT_EQ(result().state, State::success);
  EXPECT_THAT(result().metrics, SizeIs(10'000));
  EXPECT_THAT(lines(), ElementsAre("more than 10000 different metrics: the others are dropped"));
}

TEST_F(WorkerTest, AFailureIsLoggedAndTold) {  // TASK-5
  deploy("{id: task, type: test.Fail, text: 'no such table'}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "no such table");
  EXPECT_THAT(lines(), ElementsAre("no such table"));
}

TEST_F(WorkerTest, AnExpressionThatFailsFailsTheAttempt) {
  deploy("{id: task, type: test.Echo, text: '{{ nothing.here }}'}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(lines(), Contains(HasSubstr("nothing")));
}

TEST_F(WorkerTest, AnExceptionOfATaskIsAFailure) {
  deploy("{id: task, type: test.Throw}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(result().error, HasSubstr("a library broke"));
}

TEST_F(WorkerTest, ATaskThatTheFlowDoesNotHaveIsAFailure) {
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(lines(), Contains(HasSubstr("the flow of the task cannot be had")));
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(WorkerTest, ATimeoutEndsTheAttempt) {  // TASK-8
  deploy("{id: task, type: test.Wait, timeout: PT2S}");
  give();
  EXPECT_THAT(sent<link::Result>(), IsEmpty());
  loop_.advance(std::chrono::seconds(2));
  loop_.run_ready();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "Timeout after 00:00:02.000");
}

TEST_F(WorkerTest, AKillEndsTheAttempt) {  // EXEC-80
  deploy("{id: task, type: test.Wait}");
  auto key = give();
  link::AttemptKey stale = key;
  stale.epoch = 0;
  worker_->receive(link::Kill{stale});
  loop_.run_ready();
  EXPECT_THAT(sent<link::Result>(), IsEmpty()) << "a kill of an older epoch is not meant";
  worker_->receive(link::Kill{key});
  loop_.run_ready();
  EXPECT_EQ(result().state, State::killed);
  worker_->receive(link::Kill{key});
  loop_.run_ready();
  EXPECT_THAT(sent<link::Result>(), SizeIs(1));
}

TEST_F(WorkerTest, OutputsThatAreTooLargeAreDroppedAndTheAttemptFails) {  // STOR-14
  deploy("{id: task, type: test.Large}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_TRUE(result().outputs.is_null());
  EXPECT_THAT(result().error, HasSubstr("[GYR-L001]"));
  EXPECT_THAT(lines(), ElementsAre(result().error));
  EXPECT_EQ(result().log_sequence, 11u);
  deploy("{id: task, type: test.Echo, text: 'goes on'}");
  give(2);
  EXPECT_THAT(sent<link::Result>(), SizeIs(2));
}

TEST_F(WorkerTest, ARenderingThatIsTooLargeFails) {  // STOR-14
  link::RenderJob job;
  job.key = {Id{1, 1}, Id{2, 1}, 0, 1};
  job.request = 1;
  job.typed = true;
  job.source = Value::string("{{ [inputs.half, inputs.half] }}");
  job.context =
      Value::map({{"inputs", Value::map({{"half", Value::string(std::string(link::longest_frame / 2 + 100, 'x'))}})}});
  worker_->receive(std::move(job));
  loop_.run_ready();
  auto rendered = sent<link::RenderResult>();
  ASSERT_THAT(rendered, SizeIs(1));
  EXPECT_FALSE(rendered[0].ok);
  EXPECT_FALSE(rendered[0].error.empty());
}

TEST_F(WorkerTest, LogLinesWaitForTheirConfirmation) {  // DESIGN 9: back-pressure instead of memory
  constexpr uint64_t window = 2 * 1024 * 1024;
  deploy("{id: task, type: test.Chatty}");
  give();
  EXPECT_THAT(sent<link::Result>(), IsEmpty()) << "20 MB are more than the window";
  uint64_t first = log_bytes();
  EXPECT_GE(first, window - 200'000);
  EXPECT_LE(first, window + 600'000);
  for (const auto& chunk : sent<link::LogChunk>()) {
    uint64_t bytes = 0;
    for (const auto& line : chunk.entries) bytes += line.message.size();
    EXPECT_LE(bytes, 300'000u) << "a chunk is bounded, however long one message is";
  }
  for (uint64_t confirmed = 0; sent<link::Result>().empty() && confirmed < 21'000'000;) {
    uint64_t now = log_weight();
    worker_->receive(link::LogStored{now - confirmed});
    confirmed = now;
    loop_.run_ready();
  }
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(log_bytes(), 20'000'000u) << "and nothing is lost";
}

TEST_F(WorkerTest,
       ShortLinesCountForWhatTheyTake) {  // DESIGN 9: a million lines of a few bytes would fit any window of bytes
  deploy("{id: task, type: test.Ticker}");
  give();
  EXPECT_THAT(sent<link::Result>(), IsEmpty());
  EXPECT_GE(lines().size(), 10'000u);
  EXPECT_LE(lines().size(), 30'000u);
  for (uint64_t confirmed = 0; sent<link::Result>().empty() && lines().size() < 100'100;) {
    uint64_t now = log_weight();
    worker_->receive(link::LogStored{now - confirmed});
    confirmed = now;
    loop_.run_ready();
  }
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(lines().size(), 100'000u);
}

TEST_F(WorkerTest, WhoWaitsForTheServerGoesOnWhenTheLinkIsLost) {
  deploy("{id: task, type: test.Echo, text: \"{{ kv('key') }}\"}");
  give();
  ASSERT_THAT(sent<link::HostCall>(), SizeIs(1));
  to_server_.close();  // no answer comes any more; the fixture's shutdown must end all the same
}

TEST_F(WorkerTest, AnAnswerOfTheServerGoesIntoTheExpression) {
  deploy("{id: task, type: test.Echo, text: \"{{ kv('key') }}\"}");
  give();
  auto calls = sent<link::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  worker_->receive(link::HostReply{calls[0].call + 1, true, Value::string("not mine")});
  worker_->receive(link::HostReply{calls[0].call, true, Value::string("value")});
  loop_.run_ready();
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(*result().outputs.find("value"), Value::string("value"));
}

// EXPR-410, EXPR-412: what a secret gave is six stars in log lines, failures too, and stays what it is in outputs.
TEST_F(WorkerTest, SecretsAreStarsInLogsAndNotInOutputs) {  // EXEC-115
  deploy("{id: task, type: test.Echo, text: \"{{ secret('A') }} {{ secret('B', full=true).value }}\"}");
  give();
  auto calls = sent<link::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  worker_->receive(link::HostReply{calls[0].call, true, Value::string("hunter2")});
  loop_.run_ready();
  calls = sent<link::HostCall>();
  ASSERT_THAT(calls, SizeIs(2));
  worker_->receive(link::HostReply{calls[1].call, true, Value::map({{"value", Value::string("hunter2-longer")}})});
  loop_.run_ready();
  EXPECT_THAT(lines(), ElementsAre("****** ******"));
  EXPECT_EQ(*result().outputs.find("value"), Value::string("hunter2 hunter2-longer"));
}

TEST_F(WorkerTest, EncryptedPartsOfTheContextAreOpenedAndStarsInLogs) {  // EXPR-400, EXPR-410, EXEC-115
  deploy("{id: task, type: test.Fail, text: \"it is {{ inputs.pin }}\"}");
  give(1, Value::map({{"inputs", Value::map({{"pin", model::encrypted_value("Y2lwaGVy")}})}}));
  auto calls = sent<link::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].function, "decrypt");
  worker_->receive(link::HostReply{calls[0].call, true, Value::string("4711")});
  loop_.run_ready();
  EXPECT_THAT(lines(), ElementsAre("it is ******"));
  EXPECT_EQ(result().state, State::failed);
}

TEST_F(WorkerTest, WhatIsNotDynamicIsNotRendered) {  // EXPR-349
  deploy("{id: task, type: test.Fixed, text: \"{{ missing }}\"}");
  give();
  EXPECT_EQ(*result().outputs.find("value"), Value::string("{{ missing }}"));
}

TEST_F(WorkerTest, APropertyIsRenderedOnce) {  // EXPR-348
  deploy("{id: task, type: test.Twice, text: \"{{ uuid() }}{{ kv('x') }}{{ extra ?? '' }}\"}");
  give();
  for (int asked = 1; asked <= 2; ++asked) {  // once for the property, once with another variable
    const auto calls = sent<link::HostCall>();
    ASSERT_THAT(calls, SizeIs(asked));
    worker_->receive(link::HostReply{calls.back().call, true, Value::string("-")});
    loop_.run_ready();
  }
  const Value outputs = result().outputs;
  EXPECT_EQ(*outputs.find("first"), *outputs.find("second"));
  EXPECT_NE(*outputs.find("first"), *outputs.find("other"));
  EXPECT_TRUE(outputs.find("other")->text().ends_with("-1"));
}

// The log of an output that does not exist tells which do.
TEST_F(WorkerTest, AnUnknownOutputNamesTheTasksBefore) {  // EXPR-361
  deploy("{id: task, type: test.Echo, text: \"{{ outputs.fetsh.value }}\"}");
  give(1, Value::map({{"outputs", Value::empty_map()},
                      {engine::known_tasks_root, Value::list({Value::string("fetch"), Value::string("parse")})}}));
  EXPECT_THAT(lines(),
              ElementsAre("Unable to find `fetsh` used in the expression `{{ outputs.fetsh.value }}` at line 1\n"
                          "did you mean `fetch`? tasks before this one: fetch, parse"));
  EXPECT_EQ(result().error, "Unable to find `fetsh` used in the expression `{{ outputs.fetsh.value }}` at line 1");
}

// SEC-40: in its lines, and in the message of its failure; in its usual encodings, too.
TEST_F(WorkerTest, WhatASecretGaveIsMaskedFromThenOn) {
  deploy(
      "{id: task, type: test.Fail, text: \"{{ secret('KEY') }} {{ secret('KEY') | base64encode }} {{ secret('KEY') | "
      "urlencode }}\"}");
  give();
  for (size_t answered = 0; answered < sent<link::HostCall>().size(); ++answered) {  // each use asks
    const link::HostCall call = sent<link::HostCall>()[answered];
    EXPECT_EQ(call.function, "secret");
    worker_->receive(link::HostReply{call.call, true, Value::string("p&ss word")});
    loop_.run_ready();
  }
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "****** ****** ******");
  EXPECT_THAT(lines(), ElementsAre("****** ****** ******"));
  frames_.clear();
  deploy("{id: task, type: test.Echo, text: p&ss word}");
  give(2);
  EXPECT_THAT(lines(), ElementsAre("p&ss word")) << "a run that did not read the secret is not masked";
}

TEST_F(WorkerTest, ShutdownGivesTimeAndEndsAsSoonAsAllHaveEnded) {  // EXEC-134
  deploy("{id: task, type: test.Wait}");
  auto key = give();
  bool ended = false;
  base::TaskScope scope(loop_);
  scope.spawn(end_after(&*worker_, std::chrono::seconds(60), &ended));
  loop_.run_ready();
  EXPECT_FALSE(ended);
  give(2);
  EXPECT_EQ(worker_->running(), 1u) << "nothing new is taken";
  worker_->receive(link::Kill{key});
  loop_.run_ready();
  EXPECT_TRUE(ended) << "at once, not at the end of the time";
  EXPECT_EQ(result().state, State::killed);
}

TEST_F(WorkerTest, WhatShutdownCutsOffIsNotReported) {  // EXEC-134: it is run again
  deploy("{id: task, type: test.Wait}");
  give();
  bool ended = false;
  base::TaskScope scope(loop_);
  scope.spawn(end_after(&*worker_, std::chrono::seconds(60), &ended));
  loop_.run_ready();
  loop_.advance(std::chrono::seconds(61));
  loop_.run_ready();
  EXPECT_TRUE(ended);
  EXPECT_THAT(sent<link::Result>(), IsEmpty());
}

TEST_F(WorkerTest, ATaskKnowsWhetherItIsHandedOver) {  // RUNNER-7: then its remote job may go on
  deploy("{id: task, type: test.Resumable}");
  auto key = give();
  worker_->receive(link::Kill{key});
  loop_.run_ready();
  EXPECT_EQ(Resumable::known, R"(attempt 0 of 0, handed over: false, setting: "set")");

  link::Job job;
  job.key = {Id{1, 1}, Id{2, 2}, 3, 1};
  job.flow = {"main", "company.team", "flow"};
  job.revision = 1;
  job.task_id = "task";
  job.context = Value::empty_map();
  job.resumed_attempt = 1;
  worker_->receive(job);
  loop_.run_ready();
  bool ended = false;
  base::TaskScope scope(loop_);
  scope.spawn(end_after(&*worker_, std::chrono::milliseconds(0), &ended));
  loop_.run_ready();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_EQ(Resumable::known, R"(attempt 3 of 1, handed over: true, setting: "set")");
}

}  // namespace
}  // namespace gyr::worker
