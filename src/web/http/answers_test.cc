// The one body of errors, statuses, downloads' names (API-40, API-44, API-49).
#include "web/http/answers.h"

#include <gtest/gtest.h>

#include "command/errors.h"
#include "intake/starter.h"
#include "model/errors.h"
#include "storage/storage.h"
#include "store/store.h"
#include "syntax/json.h"
#include "web/http/csv.h"
#include "web/http/errors.h"
#include "web/http/status.h"

namespace gyr::web {
namespace {

using base::Value;

TEST(ErrorBody, HasTheFieldsOfBothGenerations) {  // API-44
  Problem problem = problem_of(base::Error(bad_argument, "page: `x` is not an integer").with_hint("a number from 1"));
  problem.violations.push_back({"must not be null", "tasks[0].id", "GYR-F010", 4, 7});
  const auto response = problem_answer(problem, "/api/v1/main/flows", std::nullopt);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(
      response.body,
      R"({"message":"Illegal argument: page: `x` is not an integer","_links":{"self":[{"href":"/api/v1/main/flows","templated":false}]},)"
      R"("_embedded":{"errors":[{"message":"must not be null","path":"tasks[0].id","code":"GYR-F010","line":4,"column":7}]},)"
      R"("type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"Illegal argument: page: `x` is not an integer",)"
      R"("instance":"/api/v1/main/flows","errors":[{"message":"must not be null","path":"tasks[0].id","code":"GYR-F010","line":4,"column":7}],)"
      R"("code":"GYR-W001","hint":"a number from 1"})");
}

TEST(ErrorBody, AnInternalErrorOnlyContainsATraceId) {  // API-44
  const base::Error secret(base::ErrorCode{"GYR-S006"}, "SELECT password FROM /var/lib/gyr/db");
  const auto response = problem_answer(problem_of(secret), "/x", std::nullopt);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("SELECT"), std::string::npos);
  EXPECT_EQ(response.body.find("/var/lib"), std::string::npos);
  const auto body = syntax::parse_json(response.body);
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(body->find("message")->text(), "Internal server error");
  EXPECT_EQ(body->find("traceId")->text().size(), 16u);
}

TEST(ErrorBody, IsProblemJsonOnRequest) {  // API-44
  const Problem problem = problem_of(base::Error(not_found, "no"));
  EXPECT_EQ(problem_answer(problem, "/", "application/problem+json").headers.get("Content-Type"),
            "application/problem+json");
  EXPECT_EQ(problem_answer(problem, "/", "text/html, */*").headers.get("Content-Type"), "application/json");
}

TEST(ErrorBody, EscapesHostileTexts) {
  const Problem problem = problem_of(base::Error(not_found, "a\"b\\c\n\x01"));
  const auto response = problem_answer(problem, "/\"<script>\xff", std::nullopt);
  EXPECT_TRUE(syntax::parse_json(response.body).has_value()) << response.body;
}

TEST(Status, FollowsTheTable) {  // API-40
  const auto status = [](base::ErrorCode code) { return status_of(code).status; };
  EXPECT_EQ(status(missing_parameter), 400);
  EXPECT_EQ(status(bad_filter), 400);
  EXPECT_EQ(status(unauthenticated), 401);
  EXPECT_EQ(status(forbidden), 403);
  EXPECT_EQ(status(executor::flow_not_found), 404);
  EXPECT_EQ(status(executor::execution_not_found), 404);
  EXPECT_EQ(status(storage::file_not_found), 404);
  EXPECT_EQ(status(executor::flow_disabled), 409);
  EXPECT_EQ(status(executor::wrong_state), 409);
  EXPECT_EQ(status(expired_value), 410);
  EXPECT_EQ(status(executor::invalid_inputs), 422);
  EXPECT_EQ(status(model::unknown_type), 422);
  EXPECT_EQ(status(syntax::json_malformed), 422);
  EXPECT_EQ(status(base::ErrorCode{"GYR-Z999"}), 500);
  EXPECT_EQ(status_of(executor::overloaded).status, 429);
  EXPECT_GT(status_of(executor::overloaded).retry_after_seconds, 0);
  EXPECT_EQ(status_of(store::store_full).status, 503);
  EXPECT_GT(status_of(store::store_full).retry_after_seconds, 0);
  EXPECT_EQ(status_of(executor::shutting_down).status, 503);
}

TEST(Status, RetryAfterIsSent) {
  const auto response = problem_answer(problem_of(base::Error(executor::overloaded, "busy")), "/", std::nullopt);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.get("Retry-After"), "1");
}

TEST(ContentDisposition, EscapesFileNames) {  // API-49
  EXPECT_EQ(content_disposition("report.csv"), "attachment; filename=\"report.csv\"");
  EXPECT_EQ(content_disposition("größe \"x\".txt"),
            "attachment; filename=\"gr____e _x_.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%22x%22.txt")
      << "one underscore a byte";
  for (std::string_view hostile :
       {"a\r\nSet-Cookie: x=y", "a\"; filename=\"b", "../../etc/passwd", "a\\b", "\x7f", "", "\xff\xfe"}) {
    const std::string header = content_disposition(hostile);
    EXPECT_EQ(header.find_first_of("\r\n"), std::string::npos) << header;
    EXPECT_TRUE(header.starts_with("attachment; filename=\"")) << header;
    EXPECT_EQ(header.find('/'), std::string::npos) << header;
    const std::string quoted = header.substr(22, header.find('"', 22) - 22);
    EXPECT_EQ(quoted.find_first_of("\"\\"), std::string::npos) << header;
  }
}

TEST(Csv, QuotesAndHeader) {  // API-49
  CsvWriter writer;
  std::string out;
  writer.add(Value::map({{"id", Value::string("a,b")},
                         {"n", Value::integer(1)},
                         {"labels", Value::map({{"k", Value::string("v")}})}}),
             out);
  writer.add(Value::map({{"id", Value::string("say \"hi\"\r\n")}, {"more", Value::integer(2)}}), out);
  writer.add(Value::map({{"id", Value::string("=cmd()")}}), out);
  EXPECT_EQ(out, "id,n,labels\r\n\"a,b\",1,\"{\"\"k\"\":\"\"v\"\"}\"\r\n\"say \"\"hi\"\"\r\n\",,\r\n'=cmd(),,\r\n");
}

}  // namespace
}  // namespace gyr::web
