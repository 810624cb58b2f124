// `gyr context …`, and where commands find their server and login (CLI-3, CLI-60).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "cli/testing/recording_server.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run;

/// A home folder and an environment without our variables.
class Contexts : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : names) {
      if (const char* value = std::getenv(name)) before.emplace_back(name, value);
      ::unsetenv(name);
    }
    set("HOME", files.path());
  }
  void TearDown() override {
    for (const char* name : names) ::unsetenv(name);
    for (const auto& [name, value] : before) set(name, value);
  }
  static void set(const std::string& name, const std::string& value) { ::setenv(name.c_str(), value.c_str(), 1); }
  std::string url() const { return server.with_server({}).at(1); }
  std::string own_file() const { return files.path(".config/gyr/config.yaml"); }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  /// The Authorization header of the only call of a command.
  std::string login_of(std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), {"execution", "get", "x"});
    const auto result = run(std::move(words), input);
    EXPECT_EQ(result.code, 0) << result.err;
    const auto calls = server.take();
    if (calls.size() != 1) return "no call";
    target = calls[0].target;
    return calls[0].header("Authorization");
  }
  static std::string basic(std::string_view pair) { return "Basic " + base::base64_encode(pair); }

  static constexpr const char* names[] = {"HOME",
                                          "XDG_CONFIG_HOME",
                                          "GYR_SERVER_URL",
                                          "GYR_TENANT",
                                          "GYR_TOKEN",
                                          "GYR_USER",
                                          "KESTRACTL_HOST",
                                          "KESTRACTL_TENANT",
                                          "KESTRACTL_TOKEN",
                                          "KESTRACTL_USERNAME",
                                          "KESTRACTL_PASSWORD",
                                          "KESTRACTL_HEADER"};
  std::vector<std::pair<std::string, std::string>> before;
  testing::Files files;
  testing::RecordingServer server;
  std::string target;
};

TEST_F(Contexts, AContextIsUsedUntilAnotherOneIs) {
  EXPECT_EQ(run({"context", "set", "one", "--server", url(), "--user", "a@b.example:p:1", "--tenant", "t/x"}).code, 0);
  EXPECT_EQ(login_of({}), basic("a@b.example:p:1"));
  EXPECT_EQ(target, "/api/v1/t%2Fx/executions/x");
  EXPECT_EQ(run({"context", "set", "two", "--server", url() + "/", "--api-token", "12345"}).code, 0);
  EXPECT_EQ(login_of({}), "Bearer 12345") << "digits stay a text";
  EXPECT_EQ(login_of({"--context", "one"}), basic("a@b.example:p:1"));
  EXPECT_EQ(run({"context", "use", "one"}).out, "using one at " + url() + "\n");
  EXPECT_EQ(login_of({}), basic("a@b.example:p:1"));
  EXPECT_EQ(run({"context", "delete", "one"}).code, 0);
  EXPECT_EQ(run({"context", "show"}).code, 2) << "the current one was deleted";
  EXPECT_EQ(run({"context", "show", "two"}).code, 0);
  EXPECT_EQ(run({"context", "set", "three", "--server", "localhost:1", "--no-use"}).code, 0);
  EXPECT_THAT(run({"context", "show", "three"}).out, HasSubstr("server: http://localhost:1\n"));
  EXPECT_EQ(run({"context", "show"}).code, 2);
}

TEST_F(Contexts, TheFileIsPrivateAndSecretsAreNeverShown) {
  EXPECT_EQ(
      run({"context", "set", "one", "--server", url(), "--user", "a@b.example", "--password-stdin"}, "s3cret\nrest")
          .code,
      0);
  struct stat status = {};
  ASSERT_EQ(::stat(own_file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_THAT(content(own_file()), HasSubstr("password: \"s3cret\"\n"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"context", "list"},
                                                {"context", "list", "--json"},
                                                {"context", "show"},
                                                {"context", "show", "--json"}}) {
    const auto result = run(words);
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("one"));
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("s3cret")));
  }
}

TEST_F(Contexts, KestractlsFileIsReadAndNeverWritten) {
  const std::string text =
      "default_context: k\ncontexts:\n  k:\n    host: " + url() +
      "\n    tenant: acme\n    auth_method: basicAuth\n    username: u@x.example\n    password: 42\n"
      "    headers:\n      - X-Team=a b\n";
  const std::string path = files.put(".kestractl/config.yaml", text);
  EXPECT_EQ(run({"execution", "get", "x"}).code, 0);
  const auto calls = server.take();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].target, "/api/v1/acme/executions/x");
  EXPECT_EQ(calls[0].header("Authorization"), basic("u@x.example:42"));
  EXPECT_EQ(calls[0].header("X-Team"), "a b");
  EXPECT_EQ(run({"context", "delete", "k"}).code, 2);
  EXPECT_EQ(run({"context", "set", "own", "--server", "localhost:1"}).code, 0);
  EXPECT_EQ(run({"context", "use", "k"}).code, 0);
  EXPECT_EQ(content(path), text);
  EXPECT_THAT(content(own_file()), Not(HasSubstr("u@x.example")));
  EXPECT_EQ(login_of({}), basic("u@x.example:42"));
}

TEST_F(Contexts, OptionsWinOverVariablesAndThoseOverContexts) {
  EXPECT_EQ(run({"context", "set", "one", "--server", url(), "--user", "ctx@x.example:c"}).code, 0);
  set("KESTRACTL_USERNAME", "k@x.example");
  set("KESTRACTL_PASSWORD", "kp");
  EXPECT_EQ(login_of({}), basic("k@x.example:kp"));
  set("GYR_USER", "g@x.example:gp");
  set("GYR_TENANT", "gt");
  EXPECT_EQ(login_of({}), basic("g@x.example:gp"));
  EXPECT_EQ(target, "/api/v1/gt/executions/x");
  EXPECT_EQ(login_of({"--user", "f@x.example:fp", "--tenant", "ft"}), basic("f@x.example:fp"));
  EXPECT_EQ(target, "/api/v1/ft/executions/x");
  set("GYR_TOKEN", "gtoken");
  EXPECT_EQ(login_of({}), "Bearer gtoken");
  EXPECT_EQ(login_of({"--token", "ftoken"}), "Bearer ftoken");
  set("GYR_SERVER_URL", "http://127.0.0.1:1");
  EXPECT_EQ(run({"execution", "get", "x"}).code, 5);
  EXPECT_EQ(login_of({"--server", url()}), "Bearer gtoken");
}

TEST_F(Contexts, TheLoginOfAContextStaysWithItsServer) {
  EXPECT_EQ(run({"context", "set", "one", "--server", "http://127.0.0.1:1", "--user", "ctx@x.example:c"}).code, 0);
  EXPECT_EQ(login_of({"--server", url()}), "");
  set("GYR_SERVER_URL", url());
  EXPECT_EQ(login_of({}), "");
}

TEST_F(Contexts, HostAndPortMeanHttp) {
  EXPECT_EQ(login_of({"--server", url().substr(std::string("http://").size())}), "");
  EXPECT_THAT(run({"execution", "get", "x", "--server", "127.0.0.1:1"}).err, HasSubstr("http://127.0.0.1:1: "));
}

TEST_F(Contexts, PasswordsNeedNotStandOnACommandLine) {
  EXPECT_EQ(login_of({"--server", url(), "--user", "a@b.example", "--password-stdin"}, "p w\r\n"),
            basic("a@b.example:p w"));
  EXPECT_EQ(run({"execution", "get", "x", "--server", url(), "--user", "a@b.example", "--password-stdin"}).code, 2)
      << "standard input is empty";
  const auto missing = run({"execution", "get", "x", "--server", url(), "--user", "a@b.example"});
  EXPECT_EQ(missing.code, 2) << "nobody can be asked";
  EXPECT_THAT(missing.err, HasSubstr("--password-stdin"));
  EXPECT_EQ(run({"execution", "get", "x", "--server", url(), "--password-stdin"}, "p\n").code, 2) << "without a user";
  EXPECT_TRUE(server.take().empty());
}

TEST_F(Contexts, WrongUse) {
  EXPECT_EQ(run({"context", "use", "nope"}).code, 2);
  EXPECT_EQ(run({"context", "use"}).code, 2);
  EXPECT_EQ(run({"context", "delete", "nope"}).code, 2);
  EXPECT_EQ(run({"context", "set", "new"}).code, 2) << "without a server";
  EXPECT_EQ(run({"context", "set", "new", "--server", "h:1", "--headers", "=x"}).code, 2);
  EXPECT_EQ(run({"execution", "get", "x", "--context", "nope"}).code, 2);
  files.put(".config/gyr/config.yaml", "contexts: [\n");
  const auto broken = run({"execution", "get", "x"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, HasSubstr("config.yaml"));
}

TEST_F(Contexts, HostileNamesStayWhatTheyAre) {
  const std::string name = "a: \"b\"\nc\x1B[2J";
  EXPECT_EQ(run({"context", "set", name, "--server", url(), "--user", "u\":p\\"}).code, 0);
  EXPECT_EQ(login_of({"--context", name}), basic("u\":p\\"));
  EXPECT_EQ(run({"context", "list"}).out.find('\x1B'), std::string::npos);
}

TEST_F(Contexts, ValidateAsksTheServerThatIsNamed) {  // CLI-10
  const std::string flow = files.put("f.yaml", "id: x\nnamespace: n\ntasks: []\n");
  server.set_answers([](const testing::RecordingServer::Call& call) {
    return call.line() == "POST /api/v1/main/flows/validate"
               ? testing::RecordingServer::
                     Answer{200,
                            R"([{"index":0,"namespace":"n","flow":"x","constraints":"tasks: must not be empty","warnings":["old"]}])"}
               : testing::RecordingServer::Answer{500, "unexpected " + call.line()};
  });
  const auto invalid = run(server.with_server({"flow", "validate", flow, "--user", "a@b.example:p"}));
  EXPECT_EQ(invalid.code, 1) << invalid.err;
  EXPECT_THAT(invalid.out, HasSubstr("✗ " + flow + "  n.x\n  error: tasks: must not be empty\n  warning: old\n"));
  EXPECT_THAT(invalid.out, HasSubstr("1 flow, 0 valid, 1 not valid; 1 error; 1 warning\n"));
  auto calls = server.take();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].body, content(flow));
  EXPECT_EQ(calls[0].header("Authorization"), basic("a@b.example:p"));
  const auto json = syntax::parse_json(run(server.with_server({"flow", "validate", flow, "--json"})).out);
  ASSERT_TRUE(json && json->size() == 1);
  EXPECT_EQ(json->at(0)->find("filename")->text(), flow);
  server.take();
  EXPECT_EQ(run(server.with_server({"flow", "validate", flow, "--local"})).code, 1);
  EXPECT_EQ(run({"flow", "validate", flow}).code, 1);
  EXPECT_EQ(run(server.with_server({"flow", "validate", flow, "--sarif"})).code, 2);
  EXPECT_TRUE(server.take().empty()) << "without --server, or with --local, nobody is asked";
  EXPECT_EQ(run({"flow", "validate", flow, "--server", "127.0.0.1:1"}).code, 5);
  server.set_answers([](const testing::RecordingServer::Call&) { return testing::RecordingServer::Answer{401, ""}; });
  EXPECT_EQ(run(server.with_server({"flow", "validate", flow})).code, 4);
}

TEST_F(Contexts, ALocalRunReadsTheDefaultConfiguration) {  // CLI-2, CLI-11
  std::string used = "<none>";
  Program program = testing::program();
  program.start_local = [&used](LocalOptions options) -> base::Result<std::unique_ptr<LocalRuntime>> {
    used = options.config_file;
    return base::fail(base::ErrorCode{"GYR-TEST"}, "no engine in this test");
  };
  const std::string flow = files.put("flow.yaml", "id: x\n");
  testing::run_with(program, {"flow", "run", flow});
  EXPECT_EQ(used, "") << "no file exists";
  const std::string own = files.put(".kestra/config.yml", "kestra: {}\n");
  testing::run_with(program, {"flow", "run", flow});
  EXPECT_EQ(used, own);
  const std::string other = files.put("other.yml", "kestra: {}\n");
  testing::run_with(program, {"flow", "run", flow, "--config", other});
  EXPECT_EQ(used, other);
}

}  // namespace
}  // namespace gyr::cli
