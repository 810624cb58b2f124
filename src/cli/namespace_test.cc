// Commands that change files and keys of a namespace (CLI-20, CLI-21).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/testing/recording_server.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using testing::Files;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RecordingServer;
using testing::run;

class NamespaceCommands : public ::testing::Test {
 protected:
  testing::Result gyr(std::vector<std::string> words, std::string_view input = {}) {
    return run(server.with_server(std::move(words)), input);
  }
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const auto& call : server.take()) lines.push_back(call.line());
    return lines;
  }

  RecordingServer server;
  Files files;
};

TEST_F(NamespaceCommands, SendEachFileBelowAFolder) {  // CLI-20
  files.put("src/main.py", "print(1)\n");
  files.put("src/sub/a b.txt", std::string("\0\xFF", 2));
  files.put("src/sub/skip.log", "x");
  files.put("src/build/out", "x");
  files.put("src/.kestraignore", "*.log\nbuild/\n");
  const auto sent = gyr({"namespace", "files", "update", "company.team", files.path("src")});
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_EQ(sent.out, files.path("src/main.py") + " /main.py\n" + files.path("src/sub/a b.txt") + " /sub/a b.txt\n");
  const auto calls = server.take();
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].line(), "POST /api/v1/main/namespaces/company.team/files?path=%2Fmain.py");
  EXPECT_THAT(calls[0].header("Content-Type"), HasSubstr("multipart/form-data; boundary="));
  EXPECT_THAT(calls[0].body, HasSubstr("name=\"fileContent\""));
  EXPECT_THAT(calls[0].body, HasSubstr("\r\n\r\nprint(1)\n\r\n"));
  EXPECT_EQ(calls[1].line(), "POST /api/v1/main/namespaces/company.team/files?path=%2Fsub%2Fa%20b.txt");
  EXPECT_NE(calls[1].body.find(std::string("\r\n\r\n\0\xFF\r\n", 8)), std::string::npos) << "bytes as they are";
}

TEST_F(NamespaceCommands, TargetsAreFoldersOrFiles) {  // CLI-20
  const std::string file = files.put("src/main.py", "x");
  const auto targets = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"namespace", "files", "update", "n"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(gyr(words).code, 0);
    std::string found;
    for (const std::string& line : lines()) found += line.substr(line.find("?path=") + 6) + " ";
    return found;
  };
  EXPECT_EQ(targets({file}), "%2Fmain.py ");
  EXPECT_EQ(targets({file, "/lib/"}), "%2Flib%2Fmain.py ");
  EXPECT_EQ(targets({file, "lib/other.py"}), "%2Flib%2Fother.py ");
  EXPECT_EQ(targets({files.path("src"), "lib"}), "%2Flib%2Fmain.py ");
  EXPECT_EQ(targets({files.path("src") + "/", "/lib/"}), "%2Flib%2Fmain.py ");
  const auto json = syntax::parse_json(gyr({"namespace", "files", "update", "n", file, "--json"}).out);
  ASSERT_TRUE(json && json->is_list());
  EXPECT_EQ(json->items()[0].find("to")->text(), "/main.py");
}

TEST_F(NamespaceCommands, DeleteTheTargetFirst) {  // CLI-20
  files.put("src/main.py", "x");
  server.set_answers([](const RecordingServer::Call& call) {
    if (call.target.find("/directory") != std::string::npos)
      return RecordingServer::Answer{200,
                                     R"([{"fileName":"old","type":"Directory"},{"fileName":"b.txt","type":"File"}])"};
    return call.method == "DELETE" ? RecordingServer::Answer{404, "{}"} : RecordingServer::Answer{200, ""};
  });
  EXPECT_EQ(gyr({"namespace", "files", "update", "n", files.path("src"), "/lib", "--delete"}).code, 0)
      << "nothing was there";
  EXPECT_THAT(lines(), ElementsAre("DELETE /api/v1/main/namespaces/n/files?path=%2Flib",
                                   "POST /api/v1/main/namespaces/n/files?path=%2Flib%2Fmain.py"));
  EXPECT_EQ(gyr({"namespace", "files", "update", "n", files.path("src"), "--delete"}).code, 0);
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/main/namespaces/n/files/directory?path=%2F",
                                   "DELETE /api/v1/main/namespaces/n/files?path=%2Fold",
                                   "DELETE /api/v1/main/namespaces/n/files?path=%2Fb.txt",
                                   "POST /api/v1/main/namespaces/n/files?path=%2Fmain.py"));
  server.set_answers([](const RecordingServer::Call& call) {
    return RecordingServer::Answer{call.method == "DELETE" ? 403 : 200, R"({"message":"not yours"})"};
  });
  EXPECT_EQ(gyr({"namespace", "files", "update", "n", files.path("src"), "/lib", "--delete"}).code, 4);
  EXPECT_EQ(lines().size(), 1u) << "nothing is sent where the deletion was refused";
  EXPECT_EQ(gyr({"namespace", "files", "update", "n", files.path("none"), "--delete"}).code, 3);
  EXPECT_THAT(lines(), IsEmpty()) << "nor deleted where there is nothing to send";
}

TEST_F(NamespaceCommands, SetKeys) {  // CLI-21
  const auto body = [&](std::vector<std::string> more, std::string_view input = {}) {
    std::vector<std::string> words{"namespace", "kv", "update", "company.team", "my key"};
    words.insert(words.end(), more.begin(), more.end());
    const auto set = gyr(words, input);
    EXPECT_EQ(set.code, 0) << set.err;
    const auto calls = server.take();
    EXPECT_EQ(calls.at(0).line(), "PUT /api/v1/main/namespaces/company.team/kv/my%20key");
    return calls.at(0).body + "|" + calls.at(0).header("ttl");
  };
  EXPECT_EQ(body({"10"}), "10|");
  EXPECT_EQ(body({"{\"a\": 1}", "-t", "JSON"}), "{\"a\": 1}|");
  EXPECT_EQ(body({"say \"hi\"\n", "--type", "STRING"}), R"("say \"hi\"\n"|)");
  EXPECT_EQ(body({"10", "-t", "STRING"}), "\"10\"|");
  EXPECT_EQ(body({"true", "-e", "1d"}), "true|PT24H");
  EXPECT_EQ(body({"true", "--expiration", "PT1M30S"}), "true|PT1M30S");
  EXPECT_EQ(body({"-f", files.put("value.json", "[1]")}), "[1]|");
  EXPECT_EQ(body({"--file-value", "-", "-t", "STRING"}, "typed"), "\"typed\"|");
  EXPECT_EQ(gyr({"namespace", "kv", "update", "n", "k", "1"}).out, "n k\n");
}

TEST_F(NamespaceCommands, UsageErrorsAreReportedBeforeAnythingIsSent) {  // CLI-20, CLI-21
  const std::string file = files.put("v", "1");
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"namespace", "files", "update"},
                                             {"namespace", "files", "update", "n"},
                                             {"namespace", "files", "update", "", file},
                                             {"namespace", "files", "update", "n", file, "/", "more"},
                                             {"namespace", "files", "update", "n", file, "--delete", "--no-delete"},
                                             {"namespace", "kv", "update", "n", "k"},
                                             {"namespace", "kv", "update", "n", "k", "1", "-f", file},
                                             {"namespace", "kv", "update", "n", "", "1"},
                                             {"namespace", "kv", "update", "n", "k", "1", "-t", "TEXT"},
                                             {"namespace", "kv", "update", "n", "k", "1", "-e", "soon"},
                                             {"namespace", "kv", "update", "n", "k", "1", "-e", "-5s"}}) {
    EXPECT_EQ(gyr(words).code, 2) << ::testing::PrintToString(words);
  }
  EXPECT_EQ(gyr({"namespace", "kv", "update", "n", "k", "-f", files.path("none")}).code, 3);
  EXPECT_NE(gyr({"namespace", "kv", "update", "n", "k", "-f", files.path()}).code, 0) << "a folder is no value";
  EXPECT_THAT(lines(), IsEmpty());
  EXPECT_THAT(run({"namespace"}).out, AllOf(HasSubstr("namespace files update"), HasSubstr("namespace kv update")));
}

}  // namespace
}  // namespace gyr::cli
