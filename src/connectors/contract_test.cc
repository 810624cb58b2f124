// The embedded connectors with real requests to the contract server (tests/peers/contract), which keeps state, checks
// credentials and fields, and counts every request that it does not know. And the flows that people would write.
#include <gmock/gmock.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "connectors/testing/contract_server.h"
#include "engine/types.h"
#include "model/flow_parser.h"

namespace gyr::connectors {
namespace {

namespace fs = std::filesystem;
using base::Value;
using ::testing::HasSubstr;

class Contract : public testing::ContractTest {
 protected:
  std::string now(std::string_view more, std::string_view password = "acceptance") const {
    return fmt::format("url: '{}/servicenow', username: admin, password: {}, {}", url_, password, more);
  }
  std::string github(std::string_view more, std::string_view token = "acceptance-token") const {
    return fmt::format("endpoint: '{}/github', oauthToken: {}, {}", url_, token, more);
  }
};

TEST_F(Contract, ServiceNowKeepsRecords) {  // PLUG-295
  const std::string type = "io.kestra.plugin.servicenow.";
  const Value made =
      *outputs(type + "Post", now("table: incident, data: {short_description: down, state: '1'}")).find("result");
  const std::string id(made.find("sys_id")->text());
  const Value found = outputs(type + "Get", now("table: incident, query: 'short_description=down', fields: [sys_id]"));
  EXPECT_EQ(syntax::write_json(*found.find("results")), fmt::format(R"([{{"sys_id":"{}"}}])", id));
  EXPECT_EQ(found.find("size")->as_integer(), 1);
  outputs(type + "Update", now(fmt::format("table: incident, sysId: {}, data: {{work_notes: restarted}}", id)));
  EXPECT_THAT(get("/_state"), HasSubstr("restarted"));
  EXPECT_EQ(*outputs(type + "Delete", now("table: incident, sysId: " + id)).find("deleted"), Value::boolean(true));
  EXPECT_EQ(failure(type + "Update", now(fmt::format("table: incident, sysId: {}, data: {{a: b}}", id))),
            "ServiceNow: PUT failed with status 404: No Record found: Record doesn't exist or ACL restricts the record "
            "retrieval");
  EXPECT_THAT(failure(type + "Get", now("table: incident", "wrong")), HasSubstr("status 401: User Not Authenticated"));
}

TEST_F(Contract, ServiceNowStoresRows) {  // PLUG-6
  const Value stored = outputs("io.kestra.plugin.servicenow.Get", now("table: cmdb_ci_server, fetchType: STORE"));
  EXPECT_EQ(stored.find("results"), nullptr);
  EXPECT_THAT(context_.fake_files.stored.at(std::string(stored.find("uri")->text())), HasSubstr("north-1"));
}

TEST_F(Contract, ServiceNowLogsInByOAuth) {  // PLUG-711
  const std::string oauth = now("table: incident, clientId: c, clientSecret: s");
  EXPECT_EQ(outputs("io.kestra.plugin.servicenow.Get", oauth).find("size")->as_integer(), 1);
  const auto state = syntax::parse_json(get("/_state"));
  ASSERT_TRUE(state.has_value() && state->find("oauth")->size() == 1);
  const std::string token(state->find("oauth")->at(0)->text());
  EXPECT_THAT(context_.masked, ::testing::Contains(token));
  context_.masked.clear();
  EXPECT_EQ(outputs("io.kestra.plugin.servicenow.Get", oauth).find("size")->as_integer(), 1);
  EXPECT_THAT(context_.masked, ::testing::Contains(token))
      << "a task that gets a known token logs it no more than others";
  const auto calls = syntax::parse_json(get("/_calls"));
  ASSERT_TRUE(calls.has_value());
  EXPECT_EQ(calls->size(), 3U) << "one login for two requests";
  EXPECT_THAT(context_.masked, ::testing::Contains("acceptance"));
  EXPECT_THAT(failure("io.kestra.plugin.servicenow.Get", now("table: incident, clientId: c, clientSecret: s", "wrong")),
              HasSubstr("cannot log in: 401: access_denied"));
}

TEST_F(Contract, SlackAndPagerDutyGetMessages) {  // PLUG-296, PLUG-297
  const std::string slack = fmt::format("url: '{}/slack/hook', ", url_);
  outputs("io.kestra.plugin.slack.notifications.SlackIncomingWebhook", slack + "messageText: 'a \"b\"'");
  outputs("io.kestra.plugin.notifications.slack.SlackIncomingWebhook", slack + R"(payload: '{"text": "p"}')");
  EXPECT_EQ(failure("io.kestra.plugin.slack.SlackIncomingWebhook", slack + R"(payload: '{"nothing": 1}')"),
            "Slack: POST failed with status 400: no_text");
  const std::string page = fmt::format("url: '{}/pagerduty/v2/enqueue', ", url_);
  outputs("io.kestra.plugin.pagerduty.PagerDutyAlert",
          page + R"(payload: '{"routing_key": "k", "event_action": "resolve"}')");
  EXPECT_EQ(failure("io.kestra.plugin.pagerduty.PagerDutyAlert", page + R"(payload: '{"routing_key": "k"}')"),
            "PagerDuty: POST failed with status 400: Event object is invalid: event_action");
  const std::string calls = get("/_calls?service=slack");
  EXPECT_THAT(calls, HasSubstr(R"({"text": "a \"b\""})"));
  EXPECT_THAT(calls, HasSubstr(R"({"text": "p"})"));
}

TEST_F(Contract, GitHubKeepsIssues) {  // PLUG-298
  const std::string type = "io.kestra.plugin.github.";
  const Value made = outputs(type + "issues.Create", github("repository: o/r, title: Broken, labels: [a]"));
  EXPECT_EQ(made.find("issueNumber")->as_integer(), 1);
  outputs(type + "issues.Comment", github("repository: o/r, issueNumber: 1, body: seen"));
  const Value found = outputs(type + "issues.Search", github("query: 'Broken repo:o/r', fetchType: FETCH_ONE"));
  EXPECT_EQ(found.find("row")->find("title")->text(), "Broken");
  outputs(type + "pulls.Create", github("repository: o/r, sourceBranch: s, targetBranch: main, title: T"));
  outputs(type + "actions.RunWorkflow", github("repository: o/r, workflowId: d.yml, ref: main, inputs: {a: b}"));
  EXPECT_THAT(get("/_state"), HasSubstr(R"("workflow": "d.yml")"));
  EXPECT_THAT(failure(type + "issues.Create", github("repository: o/r, title: T", "wrong")),
              HasSubstr("status 401: Bad credentials"));
}

TEST_F(Contract, GitHubGivesTheTokenOfAnApp) {  // PLUG-298
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> pem(BIO_new(BIO_s_mem()), &BIO_free);
  ASSERT_EQ(PEM_write_bio_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &data);
  const std::string text(data, static_cast<size_t>(size));
  auto properties = [&](std::string_view client, std::string_view installation) {
    return fmt::format("endpoint: '{}/github', clientId: {}, installationId: '{}', privateKey: {}", url_, client,
                       installation, syntax::write_json(Value::string(text)));
  };
  const std::string type = "io.kestra.plugin.github.auth.AppToken";
  context_.host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    if (function != "encrypt") return base::fail(plugin::host_refused, "unknown");
    return Value::map({{"encrypted", Value::string(std::string(arguments.find("value")->text()) + "!")}});
  };
  const Value given = outputs(type, properties("Iv1.acceptance", "1234567"));
  EXPECT_EQ(syntax::write_json(given),
            R"({"token":{"encrypted":"acceptance-token!"},"expiresAt":"2030-01-01T00:00:00Z"})");
  EXPECT_THAT(context_.masked, ::testing::IsSupersetOf({std::string("acceptance-token"), text}));
  EXPECT_EQ(failure(type, properties("Iv1.other", "1234567")),
            "GitHub: POST failed with status 401: A JSON web token could not be decoded");
  EXPECT_EQ(failure(type, properties("Iv1.acceptance", "7")), "GitHub: POST failed with status 404: Not Found");
  with_http_ = false;
  EXPECT_EQ(failure(type, properties("Iv1.acceptance", "1234567")), "requests are not available");
}

TEST_F(Contract, WaitsAndGivesUpAsTheSystemSays) {  // PLUG-714, PLUG-298
  const std::string type = "io.kestra.plugin.github.issues.Create";
  ask("POST", "/_set",
      R"({"fail": [{"service": "github", "method": "POST", "status": 429, "headers": {"Retry-After": "1"}}]})");
  EXPECT_EQ(outputs(type, github("repository: o/r, title: T")).find("issueNumber")->as_integer(), 1);
  ask("POST", "/_set", R"({"fail": [{"service": "github", "method": "POST", "status": 502, "times": 1}]})");
  EXPECT_THAT(failure(type, github("repository: o/r, title: T")), HasSubstr("status 502: as the test asked"));
  ask("POST", "/_set",
      R"({"fail": [{"service": "github", "method": "POST", "status": 429, "headers": {"Retry-After": "900"}}]})");
  EXPECT_THAT(failure(type, github("repository: o/r, title: T")), HasSubstr("possible in 900 seconds"));
}

TEST_F(Contract, AKillEndsAWait) {  // PLUG-9
  ask("POST", "/_set",
      R"({"fail": [{"service": "github", "method": "POST", "status": 429, "headers": {"Retry-After": "200"}}]})");
  context_.on_log = [this](model::LogLevel) { context_.cancel.cancel(); };
  auto result = run("io.kestra.plugin.github.issues.Create", github("repository: o/r, title: T"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), plugin::task_cancelled);
}

TEST(InfrastructureFlows, AreValid) {  // PLUG-400 to PLUG-412
  plugin::Registry registry;
  engine::register_engine_types(registry);
  plugins::register_core_plugins(registry);
  plugins::register_script_plugins(registry);
  plugins::register_cli_plugins(registry);
  register_connectors(registry);
  plugins::register_core_triggers(registry);
  plugins::register_core_conditions(registry);
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(testing::source_folder() / "tests/infrastructure")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto parsed = model::parse_flow(text, registry);
    EXPECT_TRUE(parsed.ok()) << entry.path() << ": " << model::violation_lines(parsed, model::PathStyle::position);
    ++count;
  }
  EXPECT_GE(count, 7U);
}

}  // namespace
}  // namespace gyr::connectors
