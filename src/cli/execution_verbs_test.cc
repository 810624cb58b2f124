// `gyr execution …` and `gyr logs` against a server: one execution or many, following, logs (CLI-60).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/contract_server.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* success = R"({"id":"x1","namespace":"n","flowId":"f","state":{"current":"SUCCESS"}})";
constexpr const char* failed = R"({"id":"x1","namespace":"n","flowId":"f","state":{"current":"FAILED"}})";

class ExecutionVerbs : public ::testing::Test {
 protected:
  testing::ContractServer server;
  testing::Files files;
};

TEST_F(ExecutionVerbs, OneOrMany) {
  server.on("DELETE executions/x1/kill?isOnKillCascade=true", failed);
  EXPECT_EQ(server.gyr({"execution", "kill", "x1"}).out, "x1 FAILED\n");
  server.on("DELETE executions/kill/by-ids", R"({"count":2})");
  EXPECT_EQ(server.gyr({"execution", "kill", "x1", "x2"}).out, "2 executions\n");
  EXPECT_EQ(server.calls().at(0).body, R"(["x1","x2"])");
  EXPECT_EQ(server.gyr({"execution", "kill", "--ids", "-"}, "x1\n\n x3 \n").code, 0);
  EXPECT_EQ(server.calls().at(0).body, R"(["x1","x3"])");
  server.on("POST executions/restart/by-query?filters%5Bstate%5D%5BIN%5D=FAILED%2CKILLED", R"({"count":1})");
  EXPECT_EQ(server.gyr({"execution", "restart", "--query", "state=FAILED,KILLED"}).out, "1 execution\n");
  server.on(
      "POST executions/resume/by-query?filters%5Bnamespace%5D%5BPREFIX%5D=n&filters%5BtimeRange%5D%5BEQUALS%5D=PT24H&"
      "filters%5Blabels%5D%5BNOT_EQUALS%5D%5Bteam%5D=a%20b",
      R"({"count":0})");
  EXPECT_EQ(server.gyr({"execution", "resume", "--namespace", "n", "--since", "1d", "--query", "labels.team!=a b"}).out,
            "0 executions\n");
  server.on("POST executions/replay/by-ids?latestRevision=true", R"({"count":2})");
  EXPECT_EQ(server.gyr({"execution", "replay", "x1", "x2", "--latest-revision"}).code, 0);
  server.on("POST executions/x1/replay?revision=4&taskRunId=t1", success);
  EXPECT_EQ(server.gyr({"execution", "replay", "x1", "--revision", "4", "--from", "t1"}).code, 0);
  server.on("POST executions/x1/pause", success);
  EXPECT_EQ(server.gyr({"execution", "pause", "x1"}).code, 0);
  server.on("DELETE executions/x1?deleteLogs=false", "");
  EXPECT_EQ(server.gyr({"execution", "rm", "x1", "--keep-logs"}).out, "x1\n");
  server.on("DELETE executions/by-ids?includeNonTerminated=true", R"({"count":2})");
  EXPECT_EQ(server.gyr({"execution", "delete", "x1", "x2", "--running"}).code, 0);
  server.on("POST executions/x1/labels", success);
  EXPECT_EQ(server.gyr({"execution", "labels", "x1", "--set", "a=b:c"}).code, 0);
  EXPECT_EQ(server.calls().at(0).body, R"([{"key":"a","value":"b:c"}])");
  server.on("POST executions/labels/by-ids", R"({"count":2})");
  EXPECT_EQ(server.gyr({"execution", "labels", "x1", "x2", "--set", "a=b"}).code, 0);
  EXPECT_EQ(server.calls().at(0).body, R"({"executionsId":["x1","x2"],"executionLabels":[{"key":"a","value":"b"}]})");
  server.on("POST executions/x1/change-status?status=KILLED", failed);
  EXPECT_EQ(server.gyr({"execution", "state", "x1", "--to", "KILLED"}).code, 0);
  server.on("POST executions/change-status/by-ids?newStatus=KILLED", R"({"count":2})");
  EXPECT_EQ(server.gyr({"execution", "state", "x1", "x2", "--to", "KILLED"}).code, 0);
}

TEST_F(ExecutionVerbs, NobodyActsOnEverythingByMistake) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"execution", "kill"},
                                                {"execution", "delete", "--running"},
                                                {"execution", "kill", "x1", "--query", "state=RUNNING"},
                                                {"execution", "kill", "x1", "--ids", "-"},
                                                {"execution", "kill", "--ids", "-"},
                                                {"execution", "kill", "x1", "x2", "--no-cascade"},
                                                {"execution", "kill", "a/b"},
                                                {"execution", "labels", "x1"},
                                                {"execution", "labels", "x1", "--set", "a"},
                                                {"execution", "state", "x1"},
                                                {"execution", "restart", "x1", "x2", "--revision", "2"},
                                                {"execution", "restart", "--query", "state=FAILED", "--wait"},
                                                {"execution", "run", "n"},
                                                {"execution", "run", "n", "f", "x"},
                                                {"execution", "eval", "x1"},
                                                {"logs", "x1", "--namespace", "n"},
                                                {"execution", "logs"}}) {
    EXPECT_EQ(server.gyr(words).code, 2) << ::testing::PrintToString(words);
    EXPECT_THAT(server.lines(), IsEmpty()) << ::testing::PrintToString(words);
  }
  server.on(
      "POST executions/restart/by-ids",
      R"({"message":"invalid bulk restart","invalids":[{"message":"execution not in state FAILED","invalidValue":"x2"}]})",
      400);
  const auto refused = server.gyr({"execution", "restart", "x1", "x2"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("invalid bulk restart; x2: execution not in state FAILED"));
}

TEST_F(ExecutionVerbs, ListSelectsAndSorts) {
  server.on(
      "GET executions/search?filters%5BflowId%5D%5BEQUALS%5D=f&filters%5Bstate%5D%5BIN%5D=FAILED%2CKILLED&"
      "filters%5Blabels%5D%5BEQUALS%5D%5Bteam%5D=x&filters%5Bq%5D%5BEQUALS%5D=word&sort=state.startDate%3Adesc&page=1&"
      "size=100",
      std::string(R"({"results":[)") + success + R"(],"total":1})");
  const std::vector<std::string> words = {"execution", "list",    "--flow", "f",       "--state", "FAILED",
                                          "KILLED",    "--label", "team=x", "--query", "word"};
  EXPECT_EQ(server.gyr(words).out, "x1\tn\tf\tSUCCESS\t\t\t\n");
}

TEST_F(ExecutionVerbs, RunSendsInputsAndWaits) {
  const std::string data = files.put("d.csv", "a,b\n");
  server.on("POST executions/n/f?revision=3&labels=team%3Ax", R"({"id":"x1","state":{"current":"CREATED"}})");
  const auto started = server.gyr(
      {"execution", "run", "n", "f", "name=A=b", "--file", "data=" + data, "--revision", "3", "--labels", "team=x"});
  EXPECT_EQ(started.code, 0) << started.err;
  EXPECT_EQ(started.out, "x1 CREATED\n");
  EXPECT_THAT(server.calls().at(0).header("Content-Type"), HasSubstr("multipart/form-data"));
  EXPECT_THAT(server.calls()[0].body, HasSubstr("name=\"name\"\r\n\r\nA=b\r\n"));
  EXPECT_THAT(server.calls()[0].body, HasSubstr("filename=\"d.csv\""));
  EXPECT_EQ(server.gyr({"execution", "run", "n", "f", "--file", "d=/no/such"}).code, 3);
  EXPECT_EQ(server.gyr({"execution", "run", "n", "f", "--revision", "3", "--labels", "team=x", "-q"}).out, "x1\n");
  server.on("POST executions/n/f", R"({"id":"x1","state":{"current":"CREATED"}})")
      .on("GET executions/x1/follow",
          std::string("id: start\ndata: {\"id\":\"x1\"}\n\nid: end\ndata: ") + failed + "\n\n")
      .on("GET executions/x1", failed);
  const auto waited = server.gyr({"executions", "trigger", "n", "f", "--wait"});
  EXPECT_EQ(waited.code, 1);
  EXPECT_EQ(waited.out, "x1 FAILED\n");
  EXPECT_THAT(server.lines(), ElementsAre("POST executions/n/f", "GET executions/x1/follow", "GET executions/x1"));
}

TEST_F(ExecutionVerbs, FollowShowsStatesAndEveryLineOnce) {
  const std::string line = R"({"timestamp":"T1","level":"INFO","taskId":"t","message":"one"})";
  const std::string late = R"({"timestamp":"T2","level":"WARN","taskId":"t","message":"two"})";
  server
      .on("GET executions/x1/follow",
          "id: progress\ndata: {\"id\":\"x1\",\"taskRunList\":[{\"id\":\"r\",\"taskId\":\"t\",\"state\":{\"current\":"
          "\"RUNNING\"}}]}\n\n" +
              std::string("id: end\ndata: ") + success + "\n\n")
      .on("GET logs/x1/follow", "id: start\ndata: {}\n\nid: progress\ndata: " + line + "\n\n")
      .on("GET executions/x1", success)
      .on("GET logs/x1", "[" + line + "," + late + "]");
  const auto followed = server.gyr({"execution", "follow", "x1"});
  EXPECT_EQ(followed.code, 0) << followed.err;
  EXPECT_THAT(followed.out, HasSubstr("RUNNING t\n"));
  EXPECT_EQ(followed.out.find("one"), followed.out.rfind("one"));
  EXPECT_THAT(followed.out, HasSubstr("T2 WARN  t  two\n"));
  EXPECT_TRUE(followed.out.ends_with("x1 SUCCESS\n")) << followed.out;
  const auto logs = server.gyr({"logs", "x1", "-f"});
  EXPECT_EQ(logs.code, 0);
  EXPECT_EQ(logs.out, "T1 INFO  t  one\nT2 WARN  t  two\n");
  server.clear();
  server.on("GET executions/no/follow", R"({"message":"no execution"})", 404)
      .on("GET logs/no/follow", R"({"message":"no execution"})", 404);
  EXPECT_EQ(server.gyr({"execution", "follow", "no"}).code, 3);
  EXPECT_EQ(testing::run({"execution", "follow", "x1", "--server", "127.0.0.1:1"}).code, 5);
}

TEST_F(ExecutionVerbs, LogsOfOneAndOfAll) {
  const std::string line = R"({"timestamp":"T1","level":"INFO","taskId":"t","message":"one\u001b[2J"})";
  const std::string later = R"({"timestamp":"T2","level":"WARN","taskId":"t","message":"two"})";
  server.on("GET logs/x1?minLevel=WARN", "[" + line + "]");
  EXPECT_EQ(server.gyr({"execution", "logs", "x1", "--level", "WARN"}).out, "T1 INFO  t  one\n");
  server.on("GET logs/search?filters%5Bnamespace%5D%5BPREFIX%5D=n&sort=timestamp%3Adesc&page=1&size=2",
            R"({"results":[)" + later + "," + line + R"(],"total":9})");
  const auto all = server.gyr({"logs", "--namespace", "n", "--limit", "2"});
  EXPECT_EQ(all.out, "T1 INFO  t  one\nT2 WARN  t  two\n");
  EXPECT_THAT(all.err, HasSubstr("2 of 9 shown"));
}

TEST_F(ExecutionVerbs, EvalPrintsTheResult) {
  server.on("POST executions/x1/actions/eval", R"({"result":"Bob"})");
  EXPECT_EQ(server.gyr({"execution", "eval", "x1", "{{ inputs.name }}"}).out, "Bob\n");
  EXPECT_EQ(server.calls().at(0).body, "{{ inputs.name }}");
  server.on("POST executions/x1/actions/eval", R"({"error":"no such function"})");
  const auto wrong = server.gyr({"execution", "eval", "x1", "{{ nope() }}"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("no such function"));
}

}  // namespace
}  // namespace gyr::cli
