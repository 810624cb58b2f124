// A whole installation on free ports: login, ports before work.
#include "main/installation.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <future>
#include <sstream>
#include <thread>

#include "base/text.h"
#include "net/free_port.h"
#include "net/test_support.h"
#include "store/test_rows.h"

namespace gyr::main {
namespace {

using net::test::RawSocket;

/// An installation with its own folder. It stops at the end of the test.
class Server {
 public:
  explicit Server(std::vector<std::string> environment) : environment_(std::move(environment)) {
    if (std::ranges::none_of(environment_, [](const auto& line) { return line.starts_with("ENDPOINTS_ALL_PORT"); })) {
      environment_.emplace_back("ENDPOINTS_ALL_PORT=0");
    }
    for (const auto& line : environment_) lines_.push_back(line.c_str());
    lines_.push_back(nullptr);
    options_.port = 0;
    options_.data = folder_.path();
  }
  cli::ServerOptions& options() { return options_; }
  base::Result<void> start(const std::function<void(Installation&)>& prepare = {}) {
    auto spawner = process::start_spawner("/proc/self/exe");
    if (!spawner) return base::fail(spawner.error());
    installation_.emplace(options_, lines_.data(), *std::move(spawner));
    if (prepare) prepare(*installation_);
    return installation_->start();
  }
  Installation& installation() { return *installation_; }

  /// The complete answer, unchanged.
  std::string ask(std::string_view path, std::string_view headers = "", std::string_view method = "GET") {
    auto socket = RawSocket::connect(installation_->port());
    socket.send(fmt::format("{} {} HTTP/1.1\r\nHost: gyr\r\nConnection: close\r\n{}\r\n", method, path, headers));
    return socket.receive_all();
  }

 private:
  store::test::TemporaryFolder folder_;
  std::vector<std::string> environment_;
  std::vector<const char*> lines_;
  cli::ServerOptions options_;
  std::optional<Installation> installation_;
};

std::string basic(std::string_view pair) {
  return fmt::format("Authorization: Basic {}\r\n", base::base64_encode(pair));
}
bool has_status(const std::string& answer, int status) {
  return answer.starts_with(fmt::format("HTTP/1.1 {} ", status));
}

TEST(Login, IsRequiredIfConfigured) {  // AUTH-4
  Server server({"KESTRA_SERVER_BASICAUTH_USERNAME=a@b.c", "KESTRA_SERVER_BASICAUTH_PASSWORD=Secret123"});
  ASSERT_TRUE(server.start().has_value());
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search"), 401));
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search", basic("a@b.c:Secret123")), 200));
  EXPECT_TRUE(server.ask("/api/v1/basicAuthValidationErrors").ends_with("[]"));
}

TEST(Login, GuardsTheManagementPort) {  // API-120
  Server server({"ENDPOINTS_ALL_BASICAUTH_USERNAME=ops", "ENDPOINTS_ALL_BASICAUTH_PASSWORD=let me in"});
  ASSERT_TRUE(server.start().has_value());
  const auto ask = [&](std::string_view method, std::string_view path, std::string_view headers) {
    auto socket = RawSocket::connect(server.installation().management_port());
    socket.send(fmt::format("{} {} HTTP/1.1\r\nHost: gyr\r\nConnection: close\r\n{}\r\n", method, path, headers));
    return socket.receive_all();
  };
  for (std::string_view path : {"/health", "/loggers", "/prometheus", "/nothing"}) {
    const std::string refused = ask("GET", path, "");
    EXPECT_TRUE(has_status(refused, 401)) << path;
    EXPECT_NE(refused.find("WWW-Authenticate: Basic realm="), std::string::npos) << refused;
    EXPECT_TRUE(has_status(ask("GET", path, basic("ops:wrong")), 401)) << path;
    EXPECT_TRUE(has_status(ask("GET", path, basic(":")), 401)) << path;
  }
  EXPECT_TRUE(has_status(ask("POST", "/loggers/ROOT", "Content-Length: 0\r\n"), 401));
  EXPECT_TRUE(has_status(ask("GET", "/health", basic("ops:let me in")), 200));
  EXPECT_TRUE(has_status(ask("GET", "/nothing", basic("ops:let me in")), 404));
  EXPECT_TRUE(has_status(server.ask("/health"), 200)) << "the other port has its own login";
}

TEST(Login, OfTheManagementPortIsComplete) {
  Server server({"ENDPOINTS_ALL_BASICAUTH_USERNAME=ops"});
  auto started = server.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_NE(started.error().message().find("endpoints.all.basic-auth"), std::string::npos)
      << started.error().to_string();
}

TEST(Guards, ThatAreMissingStopTheStart) {
  for (const char* variable : {"MICRONAUT_SERVER_SSL_ENABLED=true", "MICRONAUT_SERVER_MULTIPART_ENABLED=false"}) {
    Server server({variable});
    auto started = server.start();
    ASSERT_FALSE(started.has_value()) << variable;
    EXPECT_NE(started.error().message().find(variable), std::string::npos) << started.error().to_string();
  }
}

std::string ask_port(uint16_t port, std::string_view method, std::string_view path, std::string_view headers = "") {
  auto socket = RawSocket::connect(port);
  socket.send(fmt::format("{} {} HTTP/1.1\r\nHost: gyr\r\nConnection: close\r\n{}\r\n", method, path, headers));
  return socket.receive_all();
}

TEST(Management, NeverShowsSecrets) {  // API-120
  Server server({"ENDPOINTS_ENV_ENABLED=true", "ENDPOINTS_ENV_SENSITIVE=false", "ENDPOINTS_CONFIGPROPS_ENABLED=true",
                 "ENDPOINTS_CONFIGPROPS_SENSITIVE=false", "KESTRA_SERVER_BASICAUTH_USERNAME=a@b.c",
                 "KESTRA_SERVER_BASICAUTH_PASSWORD=Hidden123",
                 "KESTRA_ENCRYPTION_SECRET_KEY=SGlkZGVuMTIzSGlkZGVuMTIzSGlkZGVuMTIzSGlkZGU=",
                 "KESTRA_URL=https://user:Hidden123@flows.example.com", "ENV_TOKEN=Hidden123",
                 "SECRET_TOKEN=SGlkZGVuMTIz"});
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  for (std::string_view path : {"/env", "/configprops", "/beans", "/threaddump"}) {
    const std::string shown = ask_port(server.installation().management_port(), "GET", path);
    EXPECT_TRUE(has_status(shown, 200)) << shown;
    for (std::string_view secret : {"Hidden123", "SGlkZGVu"})
      EXPECT_EQ(shown.find(secret), std::string::npos) << path << " shows a secret";
  }
  const std::string env = ask_port(server.installation().management_port(), "GET", "/env");
  EXPECT_NE(env.find(R"("kestra.server.basic-auth.password":"******")"), std::string::npos) << env;
  EXPECT_NE(env.find(R"("kestra.server.basic-auth.username":"a@b.c")"), std::string::npos) << env;
}

TEST(Management, AsksForALoginBeforeItShowsTheConfiguration) {  // API-120
  Server server({"ENDPOINTS_ENV_ENABLED=true", "ENDPOINTS_STOP_ENABLED=true"});
  bool stopped = false;
  auto started = server.start([&stopped](Installation& made) { made.on_stop_request([&stopped] { stopped = true; }); });
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  const uint16_t port = server.installation().management_port();
  EXPECT_TRUE(has_status(ask_port(port, "GET", "/env"), 401));
  EXPECT_TRUE(has_status(ask_port(port, "POST", "/stop", "Content-Length: 0\r\n"), 401));
  EXPECT_TRUE(has_status(ask_port(port, "GET", "/configprops"), 404));
  EXPECT_TRUE(has_status(ask_port(port, "GET", "/metrics"), 200));
  EXPECT_FALSE(stopped);
}

TEST(Management, StopsTheServer) {  // API-120
  Server server({"ENDPOINTS_STOP_ENABLED=true", "ENDPOINTS_ALL_BASICAUTH_USERNAME=ops",
                 "ENDPOINTS_ALL_BASICAUTH_PASSWORD=let me in"});
  std::promise<void> stopped;
  auto started =
      server.start([&stopped](Installation& made) { made.on_stop_request([&stopped] { stopped.set_value(); }); });
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  const uint16_t port = server.installation().management_port();
  EXPECT_TRUE(has_status(ask_port(port, "POST", "/stop", "Content-Length: 0\r\n"), 401));
  EXPECT_TRUE(has_status(ask_port(port, "POST", "/stop", basic("ops:let me in") + "Content-Length: 0\r\n"), 200));
  stopped.get_future().wait();
}

TEST(Management, ReadsTheConfigurationAgain) {  // API-120
  store::test::TemporaryFolder folder;
  const std::string file = (folder.path() / "config.yml").string();
  std::ofstream(file) << "kestra.url: http://one\nendpoints.refresh: {enabled: true, sensitive: false}\n";
  Server server({});
  server.options().config_file = file;
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  const auto refresh = [&] {
    return ask_port(server.installation().management_port(), "POST", "/refresh", "Content-Length: 0\r\n");
  };
  EXPECT_TRUE(refresh().ends_with("\r\n\r\n[]"));
  std::ofstream(file) << "kestra: {url: http://two, environment: {name: x}}\n"
                         "endpoints.refresh: {enabled: true, sensitive: false}\n";
  EXPECT_TRUE(refresh().ends_with(R"(["kestra.environment.name","kestra.url"])"));
  std::ofstream(file) << "kestra: [\n";
  const std::string refused = refresh();
  EXPECT_TRUE(has_status(refused, 422)) << refused;
}

TEST(Management, SharesThePortOfTheServer) {  // API-120
  const auto port = net::free_port();
  ASSERT_TRUE(port.has_value());
  Server server({fmt::format("ENDPOINTS_ALL_PORT={}", *port), "ENDPOINTS_ALL_BASICAUTH_USERNAME=ops",
                 "ENDPOINTS_ALL_BASICAUTH_PASSWORD=let me in"});
  server.options().port = *port;
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  EXPECT_EQ(server.installation().management_port(), 0);
  EXPECT_TRUE(has_status(server.ask("/metrics"), 401));
  EXPECT_TRUE(has_status(server.ask("/metrics", basic("ops:let me in")), 200));
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search"), 200));
}

TEST(Requests, AreLogged) {  // OPS-31
  store::test::TemporaryFolder folder;
  const std::string file = (folder.path() / "access.log").string();
  Server server({"MICRONAUT_SERVER_NETTY_ACCESSLOGGER_ENABLED=true",
                 "MICRONAUT_SERVER_NETTY_ACCESSLOGGER_LOGFORMAT=%m %U %s", "GYR_ACCESSLOG_FILE=" + file});
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  EXPECT_TRUE(server.installation().has_log_file());
  const auto lines = [&file] {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return std::move(out).str();
  };
  server.ask("/ping");
  server.ask("/health");
  EXPECT_EQ(lines(), "GET /ping 200\n") << "health is excluded by default";
  std::filesystem::remove(file);
  server.installation().reopen_logs();
  server.ask("/nothing");
  EXPECT_EQ(lines(), "GET /nothing 404\n");
}

TEST(Requests, AreNotLoggedByDefault) {
  Server server({"GYR_ACCESSLOG_FILE=/nonexistent/folder/access.log"});
  ASSERT_TRUE(server.start().has_value()) << "the file of a log that is off is not opened";
  EXPECT_FALSE(server.installation().has_log_file());
}

TEST(Start, NamesTheKeyThatIsWrong) {
  struct Wrong {
    std::vector<std::string> variables;
    std::string key;
  };
  const std::string logger = "MICRONAUT_SERVER_NETTY_ACCESSLOGGER_";
  for (const Wrong& wrong : {
           Wrong{{"GYR_TRUSTEDPROXIES=10.0.0.0/99"}, "`gyr.trusted-proxies`"},
           Wrong{{"MICRONAUT_SERVER_HOSTRESOLUTION_ALLOWEDHOSTS=("},
                 "`micronaut.server.host-resolution.allowed-hosts`"},
           Wrong{{logger + "ENABLED=true", logger + "LOGFORMAT=%z"}, "access-logger.log-format`"},
           Wrong{{logger + "ENABLED=true", logger + "EXCLUSIONS=("}, "access-logger.exclusions`"},
           Wrong{{logger + "ENABLED=true", "GYR_ACCESSLOG_FILE=/"}, "`gyr.access-log.file`"},
           Wrong{{"MICRONAUT_IO_WATCH_ENABLED=true", "MICRONAUT_IO_WATCH_PATHS=/nonexistent"},
                 "`micronaut.io.watch.paths`"},
       }) {
    Server server(wrong.variables);
    auto started = server.start();
    ASSERT_FALSE(started.has_value()) << wrong.key;
    EXPECT_NE(started.error().message().find(wrong.key), std::string::npos) << started.error().to_string();
  }
}

TEST(Links, BelieveTrustedProxiesOnly) {  // OPS-33
  const std::string headers = "X-Forwarded-Proto: https\r\nContent-Length: 0\r\n";
  for (auto [proxies, scheme] : {std::pair{"127.0.0.0/8", "https"}, std::pair{"none", "http"}}) {
    store::test::TemporaryFolder flows;
    std::ofstream(flows.path() / "f.yml")
        << "id: f\nnamespace: a.b\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n";
    Server server({fmt::format("GYR_TRUSTEDPROXIES={}", proxies)});
    server.options().flow_paths = {flows.path().string()};
    ASSERT_TRUE(server.start().has_value());
    const std::string started = server.ask("/api/v1/main/executions/a.b/f", headers, "POST");
    EXPECT_NE(started.find(fmt::format(R"("url":"{}://gyr/ui/main/executions/a.b/f/)", scheme)), std::string::npos)
        << started;
  }
}

TEST(Limits, AreConfigured) {  // API-25
  Server server({"MICRONAUT_SERVER_MAXREQUESTSIZE=2000", "MICRONAUT_SERVER_NETTY_MAXHEADERSIZE=2KB",
                 "MICRONAUT_SERVER_MULTIPART_MAXFILESIZE=100", "MICRONAUT_SERVER_IDLETIMEOUT=200ms",
                 "MICRONAUT_SERVER_READIDLETIMEOUT=200ms"});
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  EXPECT_TRUE(has_status(server.ask("/ping", fmt::format("X-Long: {}\r\n", std::string(3'000, 'x'))), 431));
  EXPECT_TRUE(has_status(
      server.ask("/api/v1/main/flows", "Content-Type: application/x-yaml\r\nContent-Length: 2001\r\n", "POST"), 413));
  const auto upload = [&server](size_t bytes) {
    const std::string body = fmt::format(
        "--b\r\nContent-Disposition: form-data; name=\"fileContent\"; filename=\"a\"\r\n\r\n{}\r\n--b--\r\n",
        std::string(bytes, 'x'));
    return server.ask(
        "/api/v1/main/namespaces/a.b/files?path=/a",
        fmt::format("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{}", body.size(), body),
        "POST");
  };
  EXPECT_TRUE(has_status(upload(101), 413)) << upload(101);
  EXPECT_TRUE(has_status(upload(100), 200)) << upload(100);
  auto idle = RawSocket::connect(server.installation().port());
  idle.send("GET /ping HTTP/1.1\r\nHost: gyr\r\n\r\n");
  EXPECT_TRUE(has_status(idle.receive_all(), 200)) << "the server closes the idle connection";
  const auto begun = base::monotonic_now();
  auto silent = RawSocket::connect(server.installation().port());
  silent.send(
      "POST /api/v1/main/flows HTTP/1.1\r\nHost: gyr\r\nContent-Type: application/x-yaml\r\n"
      "Content-Length: 100\r\n\r\nid:");
  EXPECT_FALSE(has_status(silent.receive_all(), 200));
  EXPECT_LT(base::monotonic_now() - begun, std::chrono::seconds(30)) << "the default is a minute";
}

TEST(CrossOrigin, IsDecidedBeforeTheLogin) {  // API-26
  Server server({"KESTRA_SERVER_BASICAUTH_USERNAME=a@b.c", "KESTRA_SERVER_BASICAUTH_PASSWORD=Secret123",
                 "MICRONAUT_SERVER_CORS_ENABLED=true",
                 "MICRONAUT_SERVER_CORS_CONFIGURATIONS={web: {allowed-origins: [https://a.example]}}"});
  ASSERT_TRUE(server.start().has_value());
  const std::string origin = "Origin: https://a.example\r\n", login = basic("a@b.c:Secret123");
  const std::string preflight =
      server.ask("/api/v1/main/flows/search", origin + "Access-Control-Request-Method: GET\r\n", "OPTIONS");
  EXPECT_TRUE(has_status(preflight, 200)) << preflight;
  EXPECT_NE(preflight.find("Access-Control-Allow-Origin: https://a.example\r\n"), std::string::npos) << preflight;
  EXPECT_NE(preflight.find("Access-Control-Max-Age: 1800\r\n"), std::string::npos) << preflight;
  const std::string refused = server.ask("/api/v1/main/flows/search", origin);
  EXPECT_TRUE(has_status(refused, 401));
  EXPECT_NE(refused.find("Access-Control-Allow-Origin: "), std::string::npos) << "a page can read the 401";
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search", origin + login), 200));
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search", "Origin: https://b.example\r\n" + login), 403));
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search", login), 200));
}

TEST(CrossOrigin, IsOffByDefault) {
  Server server({});
  ASSERT_TRUE(server.start().has_value());
  const std::string answer = server.ask("/api/v1/main/flows/search", "Origin: https://a.example\r\n");
  EXPECT_TRUE(has_status(answer, 200));
  EXPECT_EQ(answer.find("Access-Control"), std::string::npos) << answer;
}

struct WrongPair {
  const char* name;
  std::vector<std::string> environment;
  std::string message;  ///< one of those served
};

class WrongPairs : public testing::TestWithParam<WrongPair> {};

TEST_P(WrongPairs, DoNotOpenTheServer) {  // AUTH-4, AUTH-5
  Server server(GetParam().environment);
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  EXPECT_TRUE(has_status(server.ask("/health"), 200)) << "an invalid pair does not stop the server";
  for (std::string_view path : {"/api/v1/main/flows/search", "/api/v1/main/executions", "/api/v1/configs",
                                "/api/v1/main/kv", "/api/v1/nothing"}) {
    EXPECT_TRUE(has_status(server.ask(path), 401)) << path;
    EXPECT_TRUE(has_status(server.ask(path, basic(":")), 401)) << path;
    EXPECT_TRUE(has_status(server.ask(path, basic("admin:weak")), 401))
        << "the refused pair itself is no key: " << path;
    EXPECT_TRUE(
        has_status(server.ask(path, "Cookie: BASIC_AUTH=" + base::base64_encode("a@b.c:Secret123") + "\r\n"), 401))
        << path;
  }
  std::string body = R"({"username":"admin","password":"weak"})";
  EXPECT_TRUE(has_status(
      server.ask("/api/v1/login",
                 fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(), body),
                 "POST"),
      401));
  std::string errors = server.ask("/api/v1/basicAuthValidationErrors");
  EXPECT_TRUE(has_status(errors, 200));
  EXPECT_NE(errors.find(GetParam().message), std::string::npos) << errors;
}

INSTANTIATE_TEST_SUITE_P(
    Login, WrongPairs,
    testing::Values(
        WrongPair{
            "weak", {"KESTRA_SERVER_BASICAUTH_USERNAME=admin", "KESTRA_SERVER_BASICAUTH_PASSWORD=weak"}, "valid email"},
        WrongPair{"elsewhere",
                  {"MICRONAUT_SERVER_HOST=0.0.0.0", "KESTRA_SERVER_BASICAUTH_USERNAME=admin",
                   "KESTRA_SERVER_BASICAUTH_PASSWORD=weak"},
                  "8 chars"},
        WrongPair{"username_only", {"KESTRA_SERVER_BASICAUTH_USERNAME=a@b.c"}, "set password"},
        WrongPair{"password_only", {"KESTRA_SERVER_BASICAUTH_PASSWORD=Secret123"}, "set username"},
        WrongPair{"empty", {"KESTRA_SERVER_BASICAUTH_USERNAME=", "KESTRA_SERVER_BASICAUTH_PASSWORD="}, "set username"}),
    [](const auto& info) { return info.param.name; });

TEST(Login, ValuesThatAreNotStringsAreRefused) {  // AUTH-5
  Server server({"KESTRA_CONFIGURATION=kestra: {server: {basic-auth: {username: [a], password: {b: c}}}}"});
  auto started = server.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code(), bad_configuration);
  EXPECT_TRUE(server.installation().reading().failed()) << "all errors are there to be printed";
}

TEST(Login, IsNotRequiredOnLoopbackWithoutConfiguration) {  // AUTH-6
  Server server({});
  ASSERT_TRUE(server.start().has_value());
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/search"), 200));
}

TEST(Login, IsRequiredToListenOnOtherAddresses) {  // principle: stable interfaces
  Server server({"MICRONAUT_SERVER_HOST=0.0.0.0"});
  auto started = server.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code(), bad_configuration);
}

TEST(Local, IsACompleteServerInOneFolder) {  // CLI-32
  Server server({"MICRONAUT_SERVER_HOST=0.0.0.0", "KESTRA_SERVER_BASICAUTH_USERNAME=a@b.c",
                 "KESTRA_SERVER_BASICAUTH_PASSWORD=Secret123"});
  server.options().local = true;
  auto started = server.start();
  ASSERT_TRUE(started.has_value()) << started.error().to_string();
  const std::string flow =
      "id: hello\nnamespace: a.b\ntasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: hi}]\n";
  const auto post = [&](std::string_view path, std::string_view type, std::string_view body) {
    return server.ask(path, fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}", type, body.size(), body),
                      "POST");
  };
  EXPECT_TRUE(has_status(post("/api/v1/main/flows", "application/x-yaml", flow), 200)) << "nobody has to log in";
  const std::string ran = server.ask("/api/v1/main/executions/a.b/hello?wait=true", "Content-Length: 0\r\n", "POST");
  EXPECT_NE(ran.find(R"("current":"SUCCESS")"), std::string::npos) << ran;
  const std::filesystem::path data = *server.options().data;
  EXPECT_TRUE(std::filesystem::exists(data / "database" / "gyrfalcon.db"));
  EXPECT_TRUE(std::filesystem::exists(data / "storage"));
}

// Principle: effects after the commit. A port in use is found before open executions continue: the second start runs
// none of them.
TEST(Start, OpensThePortsBeforeItContinuesWork) {
  Server first({});
  ASSERT_TRUE(first.start().has_value());
  Server second({});
  second.options().port = first.installation().port();
  auto started = second.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_NE(started.error().message().find(std::to_string(first.installation().port())), std::string::npos)
      << started.error().message();
  EXPECT_FALSE(std::filesystem::exists(*second.options().data / "in-flight")) << "nothing was recovered";

  Server third({fmt::format("ENDPOINTS_ALL_PORT={}", first.installation().management_port())});
  EXPECT_FALSE(third.start().has_value()) << "a management port that somebody asked for counts too";
}

// The owner of the folder also owns the dates of schedules. The next server continues where the previous one stopped.
TEST(Start, OneServerAtATimeOwnsAFolder) {  // TRIG-201; principle: leases
  store::test::TemporaryFolder folder;
  std::optional<Server> first(std::in_place, std::vector<std::string>{});
  first->options().data = folder.path();
  ASSERT_TRUE(first->start().has_value());
  Server second({});
  second.options().data = folder.path();
  auto refused = second.start();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), store::store_busy) << refused.error().to_string();
  EXPECT_TRUE(has_status(first->ask("/health"), 200)) << "the first one has noticed nothing";
  first.reset();
  auto started = second.start();
  EXPECT_TRUE(started.has_value()) << started.error().to_string();
}

// From opening the ports to the end of the start, requests get status 503. A flow file that is a pipe delays the start.
TEST(Start, RefusesRequestsUntilItIsReady) {  // principle: stable interfaces
  store::test::TemporaryFolder flows;
  const std::string pipe = flows.path() / "flow.yml";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Server server({});
  server.options().flow_paths = {pipe};
  std::promise<base::Result<void>> started;
  std::thread starting([&] { started.set_value(server.start()); });
  {
    std::ofstream writer(pipe);  // opens when the start reads the pipe
    std::string early = server.ask("/api/v1/main/flows/search");
    EXPECT_TRUE(has_status(early, 503)) << early;
    EXPECT_NE(early.find("Retry-After: 1\r\n"), std::string::npos) << early;
    EXPECT_TRUE(has_status(server.ask("/health"), 503)) << "not ready is not healthy";
    writer << "id: piped\nnamespace: a.b\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n";
  }
  starting.join();
  ASSERT_TRUE(started.get_future().get().has_value());
  EXPECT_TRUE(has_status(server.ask("/health"), 200));
  EXPECT_TRUE(has_status(server.ask("/api/v1/main/flows/a.b/piped"), 200)) << "its flows are there before it is ready";
}

}  // namespace
}  // namespace gyr::main
