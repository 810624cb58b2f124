// Jobs of connectors: waits, failures, kills, and workers that are lost in between (PLUG-716).
#include <gmock/gmock.h>

#include "base/loop.h"
#include "connectors/connectors.h"
#include "connectors/read_definition.h"
#include "connectors/recorded_http.h"
#include "connectors/replay.h"
#include "model/bind.h"
#include "plugins/testing/fake_run_context.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::connectors {
namespace {

using base::Value;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
  ConnectorJobs() {
    auto definition = read_definition("c.yaml", job_connector);
    EXPECT_TRUE(definition.has_value()) << definition.error().message();
    if (!definition) return;
    for (auto& type : task_types(std::make_shared<const Definition>(*std::move(definition))))
      registry_.add(std::move(type));
    auto node = syntax::parse_yaml("{id: t, type: a.B}");
    model::BindContext binding(registry_);
    model::Binder<model::TaskSpec>::bind(*node, task_, binding);
    context_.host = [this](std::string_view function, const Value& arguments) -> base::Result<Value> {
      if (store_fails_) return base::fail(plugin::host_refused, "the store is away");
      const std::string key(arguments.find("key")->text());
      if (function == "kv.set") {
        kept_[key] = *arguments.find("value");
        return Value();
      }
      auto found = kept_.find(key);
      return Value::map(
          {{"found", Value::boolean(found != kept_.end())}, {"value", found == kept_.end() ? Value() : found->second}});
    };
  }

  /// One exchange, from JSON.
  void record(std::string_view method, std::string_view path, std::string_view response) {
    exchanges_.push_back({Value::map({{"method", Value::string(method)},
                                      {"url", Value::string(fmt::format("https://h.example{}", path))}}),
                          *syntax::parse_json(response)});
  }

  /// Runs an attempt until it ends or `until` says so; then the worker ends (it hands the task over).
  plugin::TaskResult attempt(const std::function<bool()>& until = {}) {
    RecordedHttp http(exchanges_);
    exchanges_.clear();
    context_.given_http = &http;
    std::optional<plugin::TaskResult> result;
    base::TaskScope scope(loop_);
    auto run = [&]() -> base::Task<void> {
      result.emplace(co_await registry_.type_of(task_).run(*task_.object, context_));
    };
    scope.spawn(run());
    bool cut = false;
    do {
      loop_.run_ready();
      if (until && !cut && !result && until()) {
        cut = true;
        context_.cancel.cancel();
        loop_.run_ready();
      }
    } while (!result && loop_.advance_to_next_timer());
    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(http.problem(), "");
    context_.cancel = base::CancelSource();
    return result ? *std::move(result)
                  : plugin::TaskResult(std::unexpected(plugin::Failure({plugin::task_failed, ""})));
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

  base::ManualLoop loop_;
  plugin::Registry registry_;
  model::TaskSpec task_;
  plugins::testing::FakeRunContext context_{loop_};
  std::vector<ExchangeSpec> exchanges_;
  std::map<std::string, Value> kept_;
  bool store_fails_ = false;
};

TEST_F(ConnectorJobs, PassTheTestsOfTheirConnector) {
  base::Result<void> loaded;
  for (const ReplayResult& result : replay("c.yaml", job_connector, &loaded))
    EXPECT_EQ(result.problem, "") << result.test;
  EXPECT_TRUE(loaded.has_value());
}

TEST_F(ConnectorJobs, MayHaveTimesWithoutMeasure) {
  std::string text(job_connector);
  for (auto [from, to] : {std::pair<std::string_view, std::string_view>{"timeout: PT5M", "timeout: P9999999D"},
                          {"maxInterval: PT30S", "maxInterval: P9999999D"}})
    text.replace(text.find(from), from.size(), to);
  base::Result<void> loaded;
  for (const ReplayResult& result : replay("c.yaml", text, &loaded)) EXPECT_EQ(result.problem, "") << result.test;
  EXPECT_TRUE(loaded.has_value());
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
    std::string text(job_connector);
    text.replace(text.find(from), from.size(), to);
    auto read = read_definition("c.yaml", text);
    return read ? std::string() : read.error().message();
  };
  EXPECT_THAT(problem("          lookup:", "          look:"), HasSubstr("c.yaml:16: elements[0].steps[1].job.look"));
  EXPECT_THAT(problem("          success: [DONE]\n", ""), HasSubstr("success"));
  EXPECT_THAT(problem("          found: \"{{ response.body is empty ? null : response.body[0].id }}\"\n", ""),
              HasSubstr("c.yaml:12: the step `work` of a.B needs `lookup` and `found` together"));
  EXPECT_THAT(problem("      - id: work\n", "      - id: work\n        foreach: [1]\n"),
              HasSubstr("is a job inside of another step"));
  EXPECT_THAT(problem("backoff: 2", "backoff: 0.5"), HasSubstr("backoff"));
}

}  // namespace
}  // namespace gyr::connectors
