// Streams of server-sent events (CORE-22, CORE-25).
#include <gmock/gmock.h>

#include "plugins/core/http/sse_events.h"
#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using ::testing::HasSubstr;

/// The events of a stream that comes in pieces of a size.
Value events_of(std::string_view stream, size_t piece) {
  core::SseEvents events;
  base::ListBuilder list;
  for (size_t at = 0; at < stream.size(); at += piece) {
    EXPECT_TRUE(events.feed(stream.substr(at, piece)).has_value());
    for (Value& event : events.take()) list.push(std::move(event));
  }
  EXPECT_TRUE(events.end().has_value());
  for (Value& event : events.take()) list.push(std::move(event));
  return list.build();
}

TEST(SseEvents, HaveFieldsInWhateverPieces) {  // CORE-25
  constexpr std::string_view stream =
      "\xEF\xBB\xBF: a comment\r\nid: 1\r\nevent: one\r\ndata: {\"a\": 1}\r\n\r\n"
      "data: line1\ndata:line2\n\n"
      "id\rretry: 10\rdata: 7\rdata\r\r"
      ": still here\n\n"
      "unknown: x\nretry: soon\ndata:  two blanks\n\n\n"
      "data: last";
  const Value wanted =
      json(R"([{"id": "1", "name": "one", "data": {"a": 1}, "comment": "a comment"}, {"data": "line1\nline2"},
                               {"id": "", "retry": 0.01, "data": 7}, {"data": " two blanks"}, {"data": "last"}])");
  for (size_t piece : {1, 2, 3, 7, 1000}) EXPECT_EQ(events_of(stream, piece), wanted) << piece;
}

TEST(SseEvents, OtherTextsHaveNoEvents) {  // CORE-25
  EXPECT_EQ(events_of("<html>\n\n<body>data</body>\n", 5).size(), 0u);
  EXPECT_EQ(events_of("", 5).size(), 0u);
  EXPECT_EQ(events_of("data: \xff\xfe\n\n", 5), json(R"([{"data": "\ufffd\ufffd"}])"));
}

TEST(SseEvents, HaveALimit) {
  core::SseEvents events;
  const std::string line = "data: " + std::string(1024 * 1024, 'x') + "\n";
  base::Result<void> fed;
  for (int i = 0; i < 20 && fed; ++i) fed = events.feed(line);
  ASSERT_FALSE(fed.has_value());
  EXPECT_THAT(fed.error().message(), HasSubstr("larger than"));
}

class SseRequest : public TaskTest {
 protected:
  SseRequest() {
    context->given_http = &http;
    http.answer.body = "data: {\"t\": \"Hel\"}\n\ndata: {\"u\": 1}\n\ndata: {\"t\": \"lo\"}\n\n";
  }
  static std::string task(std::string_view more) {
    return fmt::format("{{id: t, type: io.kestra.plugin.core.http.SseRequest, uri: 'http://host/x'{}}}", more);
  }
  FakeHttpClient http;
};

TEST_F(SseRequest, ReturnsEvents) {  // CORE-22
  EXPECT_EQ(
      outputs(task("")),
      json(
          R"({"uri": "http://host/x", "size": 3, "events": [{"data": {"t": "Hel"}}, {"data": {"u": 1}}, {"data": {"t": "lo"}}]})"));
  EXPECT_EQ(http.requests[0].headers.get("Accept"), "text/event-stream");
  EXPECT_EQ(context->metric_value("size"), 3);
  EXPECT_TRUE(std::filesystem::is_empty(*context->fake_files.working_directory())) << "the stored stream is gone";
}

TEST_F(SseRequest, JoinsResultsOfJq) {  // CORE-25
  EXPECT_EQ(outputs(task(", concatJqExpression: .data.t, failedOnMissingJq: false")),
            json(R"({"uri": "http://host/x", "size": 3, "result": "Hello"})"));
  EXPECT_EQ(context->lines(model::LogLevel::debug).size(), 2u) << "the request, and the event that was left out";
  EXPECT_THAT(failure(task(", concatJqExpression: .data.t")),
              HasSubstr("`.data.t` must return a string, a number or a boolean for event 2"));
  EXPECT_THAT(failure(task(", concatJqExpression: .data")), HasSubstr("`.data` must return a string"));
  EXPECT_THAT(failure(task(", concatJqExpression: '.['")), HasSubstr("concatJqExpression"));
}

TEST_F(SseRequest, FailsOnAnErrorStatus) {  // CORE-14, CORE-22
  http.answer.status = 500;
  EXPECT_THAT(failure(task("")), HasSubstr("500"));
  EXPECT_EQ(outputs(task(", options: {allowFailed: true}")).find("size")->as_integer(), 3);
}

}  // namespace
}  // namespace gyr::plugins::testing
