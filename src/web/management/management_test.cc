// What the management port tells about the program, and to whom (API-120, OPS-20).
#include "web/http/management.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "web/management/threads.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using test::Harness;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

test::HarnessOptions with(ManagementSettings management) {
  test::HarnessOptions options;
  options.settings.management = std::make_shared<const ManagementSettings>(std::move(management));
  return options;
}

test::Reply ask(Harness& server, std::string method, std::string target, std::string_view pair = {}) {
  test::Call call{std::move(method), std::move(target), {}, {}, {}};
  if (!pair.empty()) call.headers.emplace_back("Authorization", "Basic " + base::base64_encode(pair));
  return server.manage(std::move(call));
}

TEST(ManagementEndpoints, ShowTheProgram) {  // API-120
  ManagementSettings management = default_management();
  management.components = {{"store", "sqlite"}};
  Harness server(with(std::move(management)));
  EXPECT_EQ(ask(server, "GET", "/beans").text({"beans", "store", "type"}), "sqlite");
  const auto routes = ask(server, "GET", "/routes");
  EXPECT_THAT(routes.body, HasSubstr(R"({"port":"main","method":"GET","path":"/api/v1/{tenant}/flows/search",)"));
  EXPECT_THAT(routes.body, HasSubstr(R"({"port":"management","method":"POST","path":"/stop","operation":"stop"})"));
  const auto threads = ask(server, "GET", "/threaddump");
  ASSERT_EQ(threads.status, 200) << threads.body;
  EXPECT_GE(threads.json().size(), 3u) << "at least the loop, the pool and the main thread";
  EXPECT_THAT(threads.body, HasSubstr(R"("threadState":"RUNNABLE")")) << "the thread that reads";
  const auto worker = ask(server, "GET", "/worker");
  EXPECT_EQ(worker.at({"runningCount"}).as_integer(), 0);
  EXPECT_EQ(ask(server, "GET", "/worker?size=x").status, 422);
  for (const char* path : {"/kafkastreams", "/kafkastreams/a/lag", "/kafkastreams/a/metrics"})
    EXPECT_EQ(ask(server, "GET", path).status, 404) << path;
  for (const char* path : {"/beans", "/routes", "/threaddump", "/worker"})
    EXPECT_EQ(server.get(path).status, 404) << path << " is of the management port alone";
}

TEST(ManagementEndpoints, ThatShowOrChangeEverythingAreOff) {  // API-120
  bool stopped = false;
  ManagementSettings management = default_management();
  management.stop = [&stopped] { stopped = true; };
  Harness server(with(std::move(management)));
  for (const char* path : {"/env", "/configprops"}) {
    EXPECT_EQ(ask(server, "GET", path).status, 404) << path;
    EXPECT_EQ(ask(server, "DELETE", path).status, 404) << path << ": what is off does not exist";
  }
  for (const char* path : {"/stop", "/refresh"}) EXPECT_EQ(ask(server, "POST", path).status, 404) << path;
  EXPECT_FALSE(stopped);
}

TEST(ManagementEndpoints, ShowTheConfigurationThatTheyAreGiven) {  // API-120
  ManagementSettings management;
  management.configuration = base::Value::map(
      {{"kestra", base::Value::map({{"url", base::Value::string("http://a")},
                                    {"server", base::Value::map({{"password", base::Value::string("******")}})}})}});
  Harness server(with(std::move(management)));
  const base::Value sources = ask(server, "GET", "/env").at({"propertySources"});
  ASSERT_EQ(sources.size(), 1u);
  const base::Value properties = *sources.items()[0].find("properties");
  EXPECT_EQ(properties.find("kestra.url")->text(), "http://a");
  EXPECT_EQ(properties.find("kestra.server.password")->text(), "******");
  EXPECT_EQ(ask(server, "GET", "/configprops").text({"kestra", "server", "password"}), "******");
}

TEST(ManagementEndpoints, StopAndRefreshWhereTheyAreOn) {  // API-120
  int stops = 0;
  base::Result<std::vector<std::string>> outcome = std::vector<std::string>{"kestra.url"};
  ManagementSettings management;
  management.stop = [&stops] { ++stops; };
  management.refresh = [&outcome] { return outcome; };
  Harness server(with(std::move(management)));
  EXPECT_EQ(ask(server, "GET", "/stop").status, 405);
  EXPECT_EQ(stops, 0);
  EXPECT_EQ(ask(server, "POST", "/stop").text({"message"}), "Server shutdown started");
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(ask(server, "POST", "/refresh").body, R"(["kestra.url"])");
  outcome = base::fail(base::ErrorCode{"GYR-C001"}, "`kestra.url` is not a text");
  const auto refused = ask(server, "POST", "/refresh");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("is not a text"));
}

TEST(ManagementEndpoints, WithoutAFunctionDoNotExist) {
  Harness server(with({}));
  EXPECT_EQ(ask(server, "POST", "/stop").status, 404);
  EXPECT_EQ(ask(server, "POST", "/refresh").status, 404);
}

TEST(ManagementEndpoints, CanBeOff) {  // OPS-20
  ManagementSettings management;
  management.endpoints["prometheus"].enabled = false;
  Harness server(with(management));
  EXPECT_EQ(ask(server, "GET", "/prometheus").status, 404);
  EXPECT_EQ(ask(server, "GET", "/metrics").status, 200);
  management.others.enabled = false;
  management.endpoints["health"].enabled = true;
  Harness quiet(with(std::move(management)));
  EXPECT_EQ(ask(quiet, "GET", "/metrics").status, 404);
  EXPECT_EQ(ask(quiet, "GET", "/health/liveness").status, 200);
}

TEST(ManagementEndpoints, ThatAreSensitiveTakeTheLoginOfTheApi) {  // OPS-20
  ManagementSettings management;
  management.endpoints["env"].sensitive = true;
  management.loggers_write_sensitive = true;
  auto options = with(management);
  options.username = "admin@example.com";
  options.password = "Secret123";
  Harness server(std::move(options));
  EXPECT_EQ(ask(server, "GET", "/env").status, 401);
  EXPECT_EQ(ask(server, "GET", "/env", "admin@example.com:wrong").status, 401);
  EXPECT_EQ(ask(server, "GET", "/env", "admin@example.com:Secret123").status, 200);
  EXPECT_EQ(ask(server, "GET", "/metrics").status, 200) << "others stay open";
  EXPECT_EQ(ask(server, "GET", "/loggers").status, 200);
  EXPECT_EQ(ask(server, "POST", "/loggers/ROOT").status, 401);

  Harness open(with(std::move(management)));
  EXPECT_EQ(ask(open, "GET", "/env").status, 401) << "without any login nobody can prove who he is";
  EXPECT_EQ(ask(open, "GET", "/env", "admin@example.com:Secret123").status, 401);
}

TEST(ManagementEndpoints, HideTheDetailsOfHealth) {  // OPS-20
  ManagementSettings management;
  management.health_details = HealthAudience::nobody;
  Harness hiding(with(management));
  EXPECT_EQ(ask(hiding, "GET", "/health").body, R"({"name":"gyrfalcon","status":"UP","details":{}})");
  EXPECT_THAT(hiding.get("/health").body, Not(HasSubstr("database")));
  management.health_details = HealthAudience::signed_in;
  auto options = with(std::move(management));
  options.management_username = "probe";
  options.management_password = "probes";
  Harness server(std::move(options));
  EXPECT_THAT(server.get("/health").body, Not(HasSubstr("database")));
  EXPECT_THAT(ask(server, "GET", "/health", "probe:probes").body, HasSubstr("database"));
}

TEST(ManagementEndpoints, AreOnTheMainPortWhereThereIsOne) {  // API-120
  ManagementSettings management = default_management();
  management.on_main_port = true;
  auto options = with(std::move(management));
  options.username = "admin@example.com";
  options.password = "Secret123";
  options.management_username = "probe";
  options.management_password = "probes";
  Harness server(std::move(options));
  const auto status = [&server](std::string target, std::string_view pair) {
    test::Call call{"GET", std::move(target), {}, {}, {}};
    if (!pair.empty()) call.headers.emplace_back("Authorization", "Basic " + base::base64_encode(pair));
    // Its routes are of two tables, so the description of one table is not checked.
    return server.unchecked_status(std::move(call));
  };
  for (const char* path : {"/metrics", "/health", "/beans"}) {
    EXPECT_EQ(status(path, ""), 401) << path;
    EXPECT_EQ(status(path, "admin@example.com:Secret123"), 401) << path << ": the login of the API";
    EXPECT_EQ(status(path, "probe:probes"), 200) << path;
  }
  EXPECT_EQ(status("/api/v1/main/flows/search", "probe:probes"), 401);
  EXPECT_EQ(status("/api/v1/main/flows/search", "admin@example.com:Secret123"), 200);
  EXPECT_EQ(status("/ping", ""), 200);
  EXPECT_EQ(status("/env", "probe:probes"), 404);
}

TEST(ThreadStates, AreReadFromTheKernel) {
  const std::string numbers = " S 1 2 3 0 -1 4194560 50 0 0 0 120 30 0 0 20 0 5 0 100";
  const auto plain = parse_thread_stat("77 (gyr-loop)" + numbers, 100);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->id, 77);
  EXPECT_EQ(plain->name, "gyr-loop");
  EXPECT_EQ(plain->state, 'S');
  EXPECT_EQ(plain->cpu_time_ms, 1'500);
  EXPECT_EQ(parse_thread_stat("1 (a) R 9 ) (b)" + numbers, 100)->name, "a) R 9 ) (b") << "a name can be anything";
  for (const char* bad : {"", "77", "77 (a", "77 a)", "x (a) S 1", "77 (a) ", "77 (a) S 1 2", ") (", "77 (a) SS 1 2 3",
                          "77 (a) S 1 2 3 4 5 6 7 8 9 10 x y 13"})
    EXPECT_FALSE(parse_thread_stat(bad, 100).has_value()) << bad;
  EXPECT_FALSE(parse_thread_stat("77 (a)" + numbers, 0).has_value());
}

}  // namespace
}  // namespace gyr::web
