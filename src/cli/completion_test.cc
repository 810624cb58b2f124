// `gyr completion`: scripts for shells, and names that a server knows (CLI-60).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "cli/testing/contract_server.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

TEST(Completion, NamesCommandsAndOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = testing::run({"completion", shell});
    EXPECT_EQ(script.code, 0);
    for (const char* word : {"deploy", "--override", "execution", "--password-stdin"})
      EXPECT_THAT(script.out, HasSubstr(word)) << shell;
  }
}

TEST(Completion, ScriptsAreComplete) {
  const auto bash = testing::run({"completion", "bash"});
  EXPECT_THAT(bash.out, HasSubstr("completion names -- "));
  EXPECT_EQ(bash.out.find("${\n"), std::string::npos) << bash.out;
  EXPECT_EQ(testing::run({"completion", "bash", "more"}).code, exit_usage);
}

class CompletionNames : public ::testing::Test {
 protected:
  /// The names for the words of a command line, which come after the options of the server.
  std::string names(const std::vector<std::string>& words) {
    std::vector<std::string> line = server.with_server({"completion", "names", "--"});
    line.insert(line.end(), words.begin(), words.end());
    const auto result = testing::run(line);
    EXPECT_EQ(result.code, exit_ok);
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  testing::ContractServer server;
};

TEST_F(CompletionNames, ComeFromTheServer) {
  server
      .on("GET namespaces/search?page=1&size=100",
          R"({"results":[{"id":"company.team"},{"id":"company"},{"id":"other"}],"total":3})")
      .on("GET flows/search?filters%5Bnamespace%5D%5BEQUALS%5D=company&page=1&size=100",
          R"({"results":[{"id":"hello"},{"id":"load"}],"total":2})")
      .on("GET flows/company/hello", R"({"triggers":[{"id":"hourly"}]})")
      .on("GET executions/search?sort=state.startDate:desc&page=1&size=100", R"({"results":[{"id":"x1"}],"total":1})")
      .on("GET kv?filters%5Bnamespace%5D%5BEQUALS%5D=company&page=1&size=100",
          R"({"results":[{"key":"limit"},{"key":"a b"}],"total":2})");
  EXPECT_EQ(names({"flow", "get", "comp"}), "company\ncompany.team\n");
  EXPECT_EQ(names({"flows", "show", "company", ""}), "hello\nload\n");
  EXPECT_EQ(names({"execution", "list", "--namespace", "o"}), "other\n");
  EXPECT_EQ(names({"execution", "logs", "--level", "WARN", ""}), "x1\n");
  EXPECT_EQ(names({"trigger", "explain", "company", "hello", "h"}), "hourly\n");
  EXPECT_EQ(names({"kv", "get", "company", ""}), "limit\n") << "a name with a blank would be two words";
}

TEST_F(CompletionNames, AreNotAskedForWhereNoneAreMeant) {
  EXPECT_EQ(names({"flow", ""}), "");
  EXPECT_EQ(names({"nonsense", "x"}), "");
  EXPECT_EQ(names({"flow", "deploy", ""}), "") << "a file";
  EXPECT_EQ(names({"plugin", "docs", "io.kestra.plugin.core.log.L"}), "io.kestra.plugin.core.log.Log\n");
  EXPECT_THAT(server.lines(), ::testing::IsEmpty());
}

TEST(CompletionWithoutServer, IsSilentAndFast) {
  const auto begin = base::monotonic_now();
  const auto result = testing::run(
      {"completion", "names", "--", "flow", "get", "--server", "127.0.0.1:1", "--user", "somebody@example.com", ""});
  EXPECT_EQ(result.code, exit_ok);
  EXPECT_EQ(result.out + result.err, "") << "nobody is asked for a password";
  EXPECT_LT(base::monotonic_now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace gyr::cli
