// Commands that change flows on a server (CLI-3, CLI-4, CLI-13 to CLI-16).
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

constexpr const char* hello = "id: hello\nnamespace: company.team\ntasks: []\n";

class FlowChanges : public ::testing::Test {
 protected:
  testing::Result gyr(std::vector<std::string> words, std::string_view input = {}) {
    return run(server.with_server(std::move(words)), input);
  }
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const auto& call : server.take()) lines.push_back(call.line());
    return lines;
  }
  void answer(int status, std::string body) {
    server.set_answers([status, body](const auto&) { return RecordingServer::Answer{status, body}; });
  }

  RecordingServer server;
  Files files;
};

TEST_F(FlowChanges, CreatesUpdatesAndDeletesOne) {  // CLI-14
  answer(200, R"({"id":"hello","namespace":"company.team","revision":2})");
  const std::string file = files.put("hello.yaml", hello);
  const auto created = gyr({"flow", "create", file});
  EXPECT_EQ(created.code, 0) << created.err;
  EXPECT_EQ(created.out, "+ company.team.hello revision 2\n");
  auto calls = server.take();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].line(), "POST /api/v1/main/flows");
  EXPECT_EQ(calls[0].header("Content-Type"), "application/x-yaml");
  EXPECT_EQ(calls[0].body, hello);

  EXPECT_EQ(gyr({"flow", "create", "-"}, hello).code, 0);
  EXPECT_EQ(server.take().at(0).body, hello);
  const auto json = gyr({"flow", "update", file, "company.team", "he llo", "--json", "--tenant", "other"});
  EXPECT_EQ(syntax::parse_json(json.out)->find("revision")->as_integer(), 2);
  EXPECT_THAT(lines(), ElementsAre("PUT /api/v1/other/flows/company.team/he%20llo"));
  answer(204, "");
  const auto deleted = gyr({"flow", "delete", "company.team", "hello"});
  EXPECT_EQ(deleted.code, 0) << deleted.err;
  EXPECT_EQ(deleted.out, "- company.team.hello\n");
  EXPECT_THAT(lines(), ElementsAre("DELETE /api/v1/main/flows/company.team/hello"));
}

TEST_F(FlowChanges, IncludesAreSent) {  // CLI-4
  files.put("part.txt", "included");
  EXPECT_EQ(gyr({"flow", "create", files.put("hello.yaml", "description: [[> part.txt]]\n")}).code, 0);
  EXPECT_EQ(server.take().at(0).body, "description: included\n");
}

TEST_F(FlowChanges, RefusalsGiveTheirExitCodes) {  // CLI-1, CLI-3
  const std::string file = files.put("hello.yaml", hello);
  answer(422, R"({"message":"Invalid entity: tasks must not be empty","hint":"add a task"})");
  const auto invalid = gyr({"flow", "create", file});
  EXPECT_EQ(invalid.code, 1);
  EXPECT_EQ(invalid.out, "");
  EXPECT_THAT(invalid.err, HasSubstr("the server answered 422: Invalid entity: tasks must not be empty"));
  EXPECT_THAT(invalid.err, HasSubstr("add a task"));
  answer(404, R"({"message":"Flow not found"})");
  EXPECT_EQ(gyr({"flow", "delete", "company.team", "hello"}).code, 3);
  answer(401, "");
  EXPECT_EQ(gyr({"flow", "export", files.path()}).code, 4);
  EXPECT_EQ(run({"flow", "delete", "a", "b", "--server", "http://127.0.0.1:1"}).code, 5);
  EXPECT_EQ(run({"flow", "delete", "a", "b", "--server", "http://127.0.0.1:1"}, "", "kestra").code, 1);
  answer(200, "<html>");
  EXPECT_NE(gyr({"flow", "create", file}).code, 0) << "that was no answer of such a server";
}

TEST_F(FlowChanges, UsageErrorsAreReportedBeforeAnythingIsSent) {
  const std::string two = files.put("two.yaml", std::string(hello) + "---\n" + hello);
  const std::string empty = files.path("empty");
  std::filesystem::create_directory(empty);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"flow", "create"},
           {"flow", "create", ""},
           {"flow", "create", two},
           {"flow", "update", two, "company.team", "hello"},
           {"flow", "update", "x.yaml"},
           {"flow", "delete", "company.team"},
           {"flow", "delete", "", "hello"},
           {"flow", "updates"},
           {"flow", "updates", files.path(), "--delete"},
           {"flow", "updates", files.path(), "--delete", "--no-delete", "--namespace", "a"},
           {"flow", "namespace", "update", "company.team"},
           {"flow", "namespace", "update", "a", files.path(), "--delete", "--no-delete"},
           {"flow", "export"},
           {"flow", "delete", "a", "b", "--user", "nobody"},
           {"flow", "delete", "a", "b", "--headers", "nothing"}}) {
    EXPECT_EQ(gyr(words).code, 2) << ::testing::PrintToString(words);
  }
  EXPECT_EQ(gyr({"flow", "create", files.path("none.yaml")}).code, 3);
  EXPECT_EQ(gyr({"flow", "updates", files.path("none")}).code, 3);
  EXPECT_EQ(gyr({"flow", "updates", empty}).code, 3) << "nobody writes nothing and calls it good";
  EXPECT_EQ(gyr({"flow", "export", files.path("none")}).code, 3);
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(FlowChanges, AFolderIsSentInOneCall) {  // CLI-15
  answer(200,
         R"([{"id":"a","namespace":"n","revision":1,"deleted":false},{"id":"old","namespace":"n","deleted":true}])");
  files.put("flows/a.yaml", "id: a\n");
  files.put("flows/sub/b.yml", "id: b\n---\nid: c\n");
  files.put("flows/readme.md", "no flow");
  const auto written = gyr({"flow", "updates", files.path("flows")});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(written.out, "+ n.a revision 1\n- n.old\n");
  auto calls = server.take();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].line(), "POST /api/v1/main/flows/bulk?delete=false");
  EXPECT_EQ(calls[0].body, "id: a\n---\nid: b\n---\nid: c\n");
  EXPECT_EQ(gyr({"flow", "updates", files.path("flows"), "--no-delete"}).code, 0);
  EXPECT_EQ(gyr({"flow", "updates", files.path("flows"), "--delete", "--namespace", "n&x"}).code, 0);
  EXPECT_THAT(lines(), ElementsAre("POST /api/v1/main/flows/bulk?delete=false",
                                   "POST /api/v1/main/flows/bulk?delete=true&namespace=n%26x"));
}

TEST_F(FlowChanges, FlowsThatAreNotInTheFolderAreKept) {  // CLI-16
  files.put("flows/a.yaml", "id: a\n");
  server.set_answers([](const RecordingServer::Call& call) {
    return call.method == "GET" ? RecordingServer::Answer{200, R"([{"id":"a"},{"id":"z"},{"id":"old"}])"}
                                : RecordingServer::Answer{200, R"([{"id":"a","namespace":"n","revision":1}])"};
  });
  const auto kept = gyr({"flow", "namespace", "update", "n", files.path("flows")});
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_EQ(kept.out, "+ n.a revision 1\n");
  EXPECT_THAT(kept.err, HasSubstr("warning: 2 flows of n are not in `"));
  EXPECT_THAT(kept.err, HasSubstr("old, z; use --delete to delete them"));
  EXPECT_THAT(lines(),
              ElementsAre("POST /api/v1/main/flows/n?delete=false&override=false", "GET /api/v1/main/flows/n"));
  const auto deleted =
      gyr({"flow", "namespace", "update", "n", files.path("flows"), "--delete", "--override-namespaces"});
  EXPECT_EQ(deleted.code, 0);
  EXPECT_EQ(deleted.err, "");
  EXPECT_THAT(lines(), ElementsAre("POST /api/v1/main/flows/n?delete=true&override=true"));
  EXPECT_THAT(run({"flow", "namespace"}).out, HasSubstr("flow namespace update"))
      << "a group shows its commands (CLI-1)";
}

TEST_F(FlowChanges, AnExportIsCompleteOrAbsent) {  // CLI-13
  const std::string zip("PK\x03\x04\0\xFF", 6);
  server.set_answers([zip](const auto&) { return RecordingServer::Answer{200, zip}; });
  const auto saved = gyr({"flow", "export", files.path()});
  EXPECT_EQ(saved.code, 0) << saved.err;
  EXPECT_EQ(saved.out, files.path("flows.zip") + "\n");
  std::ifstream file(files.path("flows.zip"), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), zip);
  EXPECT_EQ(syntax::parse_json(gyr({"flow", "export", "--namespace", "company.team", files.path(), "--json"}).out)
                ->find("bytes")
                ->as_integer(),
            6);
  EXPECT_THAT(lines(), ElementsAre("GET /api/v1/main/flows/export/by-query",
                                   "GET /api/v1/main/flows/export/by-query?namespace=company.team"));
  answer(500, "broken");
  EXPECT_EQ(gyr({"flow", "export", files.path()}).code, 1);
  EXPECT_EQ(std::filesystem::file_size(files.path("flows.zip")), 6u) << "the one before stays";
  answer(200, "new");
  std::filesystem::create_directory(files.path("taken"));
  std::filesystem::create_directories(files.path("taken/flows.zip/x"));
  const auto refused = gyr({"flow", "export", files.path("taken")});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("GYR-C019"));
  EXPECT_FALSE(std::filesystem::exists(files.path("taken/.flows.zip.part")));
}

}  // namespace
}  // namespace gyr::cli
