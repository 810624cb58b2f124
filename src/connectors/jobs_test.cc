// Jobs of connectors: waits, failures, kills, and workers that are lost in between (PLUG-716).
#include <gmock/gmock.h>

#include "connectors/testing/run_task.h"
#include "plugins/host_calls.h"

namespace gyr::connectors {
namespace {

using base::Value;
using testing::ConnectorBench;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::first_problem;
using ::testing::HasSubstr;
using testing::replaced;

constexpr std::string_view job_connector = R"(connector: c
title: C
http: {base: "https://h.example"}
elements:
  - type: a.B
    title: T
    example: "{}"
    properties:
      wait: {type: boolean, title: W, default: true}
    steps:
      - {id: prepare, if: "{{ resumed is null }}", request: {method: POST, path: [prepare]}}
      - id: work
        job:
          start: {method: POST, path: [jobs], headers: {Idempotency-Key: "{{ job.key }}"}}
          id: "{{ response.body.id }}"
          lookup: {path: [jobs], query: {key: wanted}}
          found: "{{ response.body is empty ? null : response.body[0].id }}"
          poll: {path: [jobs, "{{ job.id }}"]}
          state: "{{ response.body.state }}"
          success: [DONE]
          failure: [FAILED]
          cancelled: [CANCELLED]
          message: "{{ response.body.reason }}"
          interval: PT10S
          backoff: 2
          maxInterval: PT30S
          timeout: PT5M
          wait: "{{ props.wait }}"
          kill: {method: DELETE, path: [jobs, "{{ job.id }}"]}
    outputs:
      id: {type: integer, title: I, value: "{{ steps.work.job.id }}"}
      result: {title: R, value: "{{ steps.work.body.result }}"}
    tests:
      - name: waits for the end
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {json: {id: 7}}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {json: {state: RUNNING, reason: null}}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {status: 502, text: proxy}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {json: {state: DONE, reason: null, result: r}}}
        outputs: {id: 7, result: r}
      - name: does not wait
        properties: {wait: false}
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {json: {id: 7, result: null}}}
        outputs: {id: 7}
      - name: the answer to the start is lost
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {lost: true}}
          - {request: {method: GET, url: "https://h.example/jobs?key=wanted"}, response: {json: [{id: 8}]}}
          - {request: {method: GET, url: "https://h.example/jobs/8"}, response: {json: {state: DONE, reason: "", result: r}}}
        outputs: {id: 8, result: r}
      - name: it was not started
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {lost: true}}
          - {request: {method: GET, url: "https://h.example/jobs?key=wanted"}, response: {json: []}}
        error: "C: POST: the connection was cut"
      - name: it fails
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {json: {id: 7}}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {json: {state: FAILED, reason: no disk}}}
        error: "C: the job ended with FAILED: no disk"
      - name: the system knows it no more
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {json: {id: 7}}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {status: 404, text: no job}}
        error: "C: GET failed with status 404: no job"
)";

class ConnectorJobs : public ::testing::Test {
 protected:
  ConnectorJobs() { keep_positions(bench_); }

  /// The key-value store of the server.
  void keep_positions(ConnectorBench& bench) {
    bench.context.host = [this](std::string_view function, const Value& arguments) -> base::Result<Value> {
      const bool is_set = function == plugins::host_calls::kv_set;
      if (store_fails_ || (is_set && sets_until_failure_-- == 0))
        return base::fail(plugin::host_refused, "the store is away");
      const std::string key(arguments.find("key")->text());
      if (is_set) {
        kept_[key] = *arguments.find("value");
        return Value();
      }
      auto found = kept_.find(key);
      return Value::map(
          {{"found", Value::boolean(found != kept_.end())}, {"value", found == kept_.end() ? Value() : found->second}});
    };
  }

  void record(std::string_view method, std::string_view path, std::string_view response) {
    exchanges_.push_back(testing::exchange(method, path, response));
  }

  /// Runs an attempt until it ends or `until` says so; then the worker ends (it hands the task over).
  plugin::TaskResult attempt(const std::function<bool()>& until = {}) {
    return bench_.replay(std::exchange(exchanges_, {}), {}, until);
  }
  bool waits() const {
    const auto lines = context_.lines(model::LogLevel::info);
    return !lines.empty() && lines.back() == "C: RUNNING";
  }
  void begin() {
    record("POST", "/prepare", R"({"json": {}})");
    record("POST", "/jobs", R"({"json": {"id": 7}})");
    record("GET", "/jobs/7", R"({"json": {"state": "RUNNING", "reason": null}})");
  }

  ConnectorBench bench_{job_connector};
  plugins::testing::FakeRunContext& context_ = bench_.context;
  std::vector<ExchangeSpec> exchanges_;
  std::map<std::string, Value> kept_;
  bool store_fails_ = false;
  int sets_until_failure_ = -1;  ///< negative: none fails
};

TEST_F(ConnectorJobs, PassTheTestsOfTheirConnector) { EXPECT_EQ(first_problem(std::string(job_connector)), ""); }

TEST_F(ConnectorJobs, MayHaveTimesWithoutMeasure) {
  std::string text = replaced(std::string(job_connector), "timeout: PT5M", "timeout: P9999999D");
  EXPECT_EQ(first_problem(replaced(text, "maxInterval: PT30S", "maxInterval: P9999999D")), "");
}

TEST_F(ConnectorJobs, AnotherWorkerWaitsForTheSameJob) {
  begin();
  context_.given_over = true;
  auto cut = attempt([this] { return waits(); });
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().error.code(), plugin::task_cancelled);
  ASSERT_EQ(kept_.size(), 1U);
  EXPECT_EQ(syntax::write_json(kept_.begin()->second), R"({"step":"work","started":true,"id":7})");

  context_.run_info.attempt = 1;  // of which the first was lost: resumed_attempt stays
  record("GET", "/jobs/7", R"({"json": {"state": "DONE", "reason": null, "result": "r"}})");
  auto end = attempt();
  ASSERT_TRUE(end.has_value()) << end.error().error.message();
  EXPECT_EQ(end->outputs.find("result")->text(), "r");
  // Also if it is lost after the end of the job.
  record("GET", "/jobs/7", R"({"json": {"state": "DONE", "reason": null, "result": "r"}})");
  EXPECT_TRUE(attempt().has_value());
}

TEST_F(ConnectorJobs, AnotherWorkerAsksOnceIfNobodyWaits) {
  begin();
  context_.given_over = true;
  EXPECT_FALSE(attempt([this] { return waits(); }).has_value());
  record("GET", "/jobs/7", R"({"json": {"state": "RUNNING", "result": "so far"}})");
  auto end = bench_.replay(std::exchange(exchanges_, {}), "wait: false");
  ASSERT_TRUE(end.has_value()) << end.error().error.message();
  EXPECT_EQ(end->outputs.find("result")->text(), "so far");
}

TEST_F(ConnectorJobs, AJobThatMayHaveBeenStartedIsLookedUp) {
  begin();
  context_.given_over = true;
  EXPECT_FALSE(attempt([this] { return waits(); }).has_value());
  Value& position = kept_.begin()->second;
  base::MapBuilder unsure(position);
  unsure.set("started", Value::boolean(false));
  unsure.set("id", Value());
  position = unsure.build();
  const Value before = position;
  record("GET", "/jobs?key=wanted", R"({"json": [{"id": 9}]})");
  record("GET", "/jobs/9", R"({"json": {"state": "DONE", "reason": null, "result": "r"}})");
  auto found = attempt();
  ASSERT_TRUE(found.has_value()) << found.error().error.message();
  EXPECT_EQ(found->outputs.find("id")->as_integer(), 9);
  kept_.begin()->second = before;
  record("GET", "/jobs?key=wanted", R"({"json": []})");
  record("POST", "/jobs", R"({"json": {"id": 10}})");
  record("GET", "/jobs/10", R"({"json": {"state": "DONE", "reason": null, "result": "r"}})");
  auto started = attempt();
  ASSERT_TRUE(started.has_value()) << started.error().error.message();
  EXPECT_EQ(started->outputs.find("id")->as_integer(), 10);
}

TEST_F(ConnectorJobs, NothingStartsWithoutAPosition) {
  store_fails_ = true;
  auto result = attempt();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "C: cannot read the position of the job: the store is away");
}

TEST_F(ConnectorJobs, NothingStartsIfThePositionCannotBeKept) {  // PLUG-716
  sets_until_failure_ = 0;
  record("POST", "/prepare", R"({"json": {}})");
  auto result = attempt();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "C: cannot keep the position of the job: the store is away");
}

TEST_F(ConnectorJobs, AJobWithoutAPositionIsEnded) {  // PLUG-716
  sets_until_failure_ = 1;
  record("POST", "/prepare", R"({"json": {}})");
  record("POST", "/jobs", R"({"json": {"id": 7}})");
  record("DELETE", "/jobs/7", R"({"status": 204})");
  auto result = attempt();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "C: cannot keep the position of the job: the store is away");
  EXPECT_THAT(context_.lines(model::LogLevel::info), Contains("C: asked to end the job"));
}

TEST_F(ConnectorJobs, AJobThatCannotBeEndedIsNamed) {  // PLUG-9
  ConnectorBench bench(replaced(std::string(job_connector),
                                R"(          kill: {method: DELETE, path: [jobs, "{{ job.id }}"]}
)",
                                ""));
  keep_positions(bench);
  sets_until_failure_ = 1;
  const auto result = bench.replay({testing::exchange("POST", "/prepare", R"({"json": {}})"),
                                    testing::exchange("POST", "/jobs", R"({"json": {"id": 7}})")});
  EXPECT_FALSE(result.has_value());
  EXPECT_THAT(bench.context.lines(model::LogLevel::warn),
              ElementsAre("C: the job 7 continues: the connector cannot end it"));
}

TEST_F(ConnectorJobs, AKillLogsInAgainIfItMust) {  // PLUG-9, PLUG-711: a token without an end is not kept
  ConnectorBench bench(replaced(std::string(job_connector), R"(http: {base: "https://h.example"})",
                                R"(http:
  base: "https://h.example"
  auth:
    - {type: oauth2Client, tokenUrl: "https://h.example/token", clientId: kill, clientSecret: s})"));
  keep_positions(bench);
  std::vector<ExchangeSpec> exchanges;
  for (auto [method, path, response] :
       {std::tuple<std::string_view, std::string_view, std::string_view>{"POST", "/prepare", R"({"json": {}})"},
        {"POST", "/jobs", R"({"json": {"id": 7}})"},
        {"GET", "/jobs/7", R"({"json": {"state": "RUNNING", "reason": null}})"},
        {"DELETE", "/jobs/7", R"({"status": 204})"}}) {
    exchanges.push_back(testing::exchange("POST", "/token", R"({"json": {"access_token": "t"}})"));
    exchanges.push_back(testing::exchange(method, path, response));
  }
  auto killed = bench.replay(
      exchanges, {}, [&] { return std::ranges::count(bench.context.lines(model::LogLevel::info), "C: RUNNING") > 0; });
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().error.code(), plugin::task_cancelled);
  EXPECT_THAT(bench.context.lines(model::LogLevel::info), Contains("C: asked to end the job"));
}

/// Never answers to the path, until it is cancelled; records how long the requests to others may take.
class SilentHttp final : public plugin::HttpClient {
 public:
  SilentHttp(std::string silent, plugin::HttpClient& others, base::Loop& loop)
      : silent_(std::move(silent)), others_(others), loop_(loop) {}
  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken cancel) override {
    limits.push_back(request.total_timeout);
    if (!request.url.ends_with(silent_)) co_return co_await others_.send(std::move(request), cancel);
    is_waiting = true;
    (void)co_await base::sleep_for(loop_, std::chrono::hours(1), cancel);
    is_waiting = false;
    co_return base::fail(net::request_cancelled, "cancelled");
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::CancelToken) override {
    co_return base::fail(net::connection_failed, "not streamed");
  }
  bool is_waiting = false;
  std::vector<std::chrono::milliseconds> limits;

 private:
  std::string silent_;
  plugin::HttpClient& others_;
  base::Loop& loop_;
};

TEST_F(ConnectorJobs, AKillEndsALogin) {  // PLUG-9
  ConnectorBench bench(replaced(std::string(job_connector), R"(http: {base: "https://h.example"})",
                                R"(http:
  base: "https://h.example"
  auth:
    - {type: oauth2Client, tokenUrl: "https://h.example/token", clientId: login, clientSecret: s})"));
  keep_positions(bench);
  RecordedHttp nothing({});
  SilentHttp http("/token", nothing, bench.loop);
  const base::MonotonicTime begin = bench.loop.now();
  auto killed = bench.run(http, {}, [&] { return http.is_waiting; });
  EXPECT_FALSE(killed.has_value());
  EXPECT_FALSE(http.is_waiting);
  EXPECT_LT(bench.loop.now() - begin, std::chrono::seconds(2)) << "the kill waits for the login";
}

TEST_F(ConnectorJobs, TheRequestOfAKillIsShort) {  // PLUG-9
  begin();
  record("DELETE", "/jobs/7", R"({"status": 204})");
  RecordedHttp recorded(exchanges_);
  SilentHttp http("/none", recorded, bench_.loop);
  EXPECT_FALSE(bench_.run(http, {}, [this] { return waits(); }).has_value());
  EXPECT_EQ(recorded.problem(), "");
  EXPECT_EQ(http.limits.back(), std::chrono::milliseconds(900));
}

TEST_F(ConnectorJobs, AKillEndsTheJob) {  // PLUG-9
  begin();
  record("DELETE", "/jobs/7", R"({"status": 204})");
  auto killed = attempt([this] { return waits(); });
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().error.code(), plugin::task_cancelled);
  EXPECT_THAT(context_.lines(model::LogLevel::info), Contains("C: asked to end the job"));
}

TEST_F(ConnectorJobs, AStateIsLoggedOnceAndTheWaitHasAnEnd) {
  begin();
  // After 10, 30, 60, … s, and at the end of the five minutes.
  for (int i = 0; i < 11; ++i) record("GET", "/jobs/7", R"({"json": {"state": "RUNNING", "reason": "busy"}})");
  record("DELETE", "/jobs/7", R"({"status": 500})");
  auto result = attempt();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "C: the job has not ended after 300 s; its last state is RUNNING: busy");
  EXPECT_THAT(context_.lines(model::LogLevel::info), ElementsAre("C: RUNNING"));
  EXPECT_THAT(context_.lines(model::LogLevel::warn), ElementsAre("C: cannot end the job: status 500"));
}

TEST_F(ConnectorJobs, AreCheckedWhenTheyAreLoaded) {
  auto problem = [](std::string_view from, std::string_view to) {
    auto read = read_definition("c.yaml", replaced(std::string(job_connector), from, to));
    return read ? std::string() : read.error().message();
  };
  EXPECT_THAT(problem("          lookup:", "          look:"), HasSubstr("c.yaml:16: elements[0].steps[1].job.look"));
  EXPECT_THAT(problem("          success: [DONE]\n", ""), HasSubstr("success"));
  EXPECT_THAT(problem("          found: \"{{ response.body is empty ? null : response.body[0].id }}\"\n", ""),
              HasSubstr("c.yaml:12: the step `work` of a.B needs `lookup` and `found` together"));
  EXPECT_THAT(problem("      - id: work\n", "      - id: work\n        foreach: [1]\n"),
              HasSubstr("is a job inside of another step"));
  EXPECT_THAT(problem("backoff: 2", "backoff: 0.5"), HasSubstr("backoff"));
  EXPECT_THAT(
      problem("    outputs:\n      id:",
              "      - {id: more, job: {start: {method: POST}, poll: {}, state: a, success: [b]}}\n    outputs:\n"
              "      id:"),
      HasSubstr("c.yaml:30: the step `more` of a.B is a second job, after `work`; a type has one at most"));
}

}  // namespace
}  // namespace gyr::connectors
