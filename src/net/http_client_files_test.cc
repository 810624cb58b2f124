// Files and forms sent, answers written to files, and what cannot be sent.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "net/client_test_support.h"
#include "net/multipart.h"

namespace gyr::net {
namespace {

using test::HttpClientTest;
using test::text;

TEST_F(HttpClientTest, SendsAFileAsBodyAndWritesAResponseToAFile) {
  std::string large(5'000'000, 'f');
  ClientRequest request = to("/f", "PUT");
  request.body_file = file("body", large);
  request.to_file = (folder_ / "answer").string();
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "");
  std::string written = content(folder_ / "answer");
  EXPECT_EQ(written, "PUT /f\nUser-Agent: Gyrfalcon\nContent-Length: 5000000\n\n" + large);
  EXPECT_EQ(response->body_bytes, written.size());
  // An empty answer is an empty file.
  routes_["/empty"] = [](ServerRequest) -> base::Task<ServerResponse> { co_return text("", 204); };
  ClientRequest empty = to("/empty");
  empty.to_file = (folder_ / "empty").string();
  ASSERT_TRUE(send(empty));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "empty"));
  EXPECT_EQ(content(folder_ / "empty"), "");
}

TEST_F(HttpClientTest, SaysWhichFileCannotBeUsed) {
  ClientRequest request = to("/f", "PUT");
  request.body_file = "/nonexistent/body";
  auto response = send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), local_file_failed);
  EXPECT_NE(response.error().message().find("/nonexistent/body"), std::string::npos);
  request.body_file = folder_.string();
  EXPECT_EQ(send(request).error().code(), local_file_failed);
  ClientRequest target = to("/f");
  target.to_file = "/nonexistent/answer";
  response = send(target);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), local_file_failed);
}

TEST_F(HttpClientTest, WritesNothingButFiles) {
  std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (std::string path : {pipe, folder_.string(), std::string("/dev/null")}) {
    ClientRequest request = to("/f");
    request.to_file = path;
    auto response = send(request);
    ASSERT_FALSE(response) << path;
    EXPECT_EQ(response.error().code(), local_file_failed);
    EXPECT_TRUE(std::filesystem::exists(path)) << "removed " << path;
  }
}

TEST_F(HttpClientTest, AFullDiskLeavesNoFile) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 4096;  // as if the disk were full after that
  auto old_action = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  ClientRequest request = to("/f?" + std::string(20'000, 'x'));
  request.to_file = (folder_ / "full").string();
  auto response = send(request);
  setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old_action);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), local_file_failed);
  EXPECT_NE(response.error().message().find("File too large"), std::string::npos) << response.error().message();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "full"));
}

TEST_F(HttpClientTest, UploadsAForm) {
  routes_["/form"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    auto boundary = multipart_boundary(*request.headers.get("Content-Type"));
    struct Sink {
      static base::Task<base::Result<std::string>> take(PartHead, std::unique_ptr<BodyReader> body) {
        return take_all(std::move(body));
      }
      static base::Task<base::Result<std::string>> take_all(std::unique_ptr<BodyReader> body) {
        auto whole = co_await body->all(10'000'000);
        co_return whole ? fmt::format("{} bytes", whole->size()) : whole.error().message();
      }
    };
    auto form = co_await read_multipart(request.body.get(), *boundary, {}, &Sink::take);
    if (!form) co_return text(form.error().message());
    std::string out;
    for (const auto& entry : *form) {
      out += fmt::format("{}={}|{}|{}\n", entry.name, entry.value, entry.file_name.value_or("-"), entry.content_type);
    }
    co_return text(out);
  };
  ClientRequest request = to("/form", "POST");
  request.multipart = {{"text", "välue\r\n--x", "", "", ""},
                       {"json", "{}", "", "", "application/json"},
                       {"file", "", file("data.bin", std::string(2'000'000, 'd')), "na\"me.bin", "application/x-data"},
                       {"named", "inline", "", "inline.txt", ""}};
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body,
            "text=välue\r\n--x|-|\njson={}|-|application/json\n"
            "file=2000000 bytes|na%22me.bin|application/x-data\nnamed=6 bytes|inline.txt|text/plain\n");
}

TEST_F(HttpClientTest, RefusesWhatCannotBeSent) {
  auto code_of = [&](auto change) {
    ClientRequest request = to("/");
    change(request);
    auto response = send(request);
    return std::string(response ? "sent" : response.error().code().text);
  };
  EXPECT_EQ(code_of([](auto& r) { r.url = "ftp://x/"; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.url = "file:///etc/passwd"; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.url = "/relative"; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.url = "http://a b/"; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.url += "a\r\nX: y"; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.url = ""; }), "GYR-N004");
  EXPECT_EQ(code_of([](auto& r) { r.method = "GET /x"; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.method = ""; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.method = "CONNECT"; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.headers.add("A", "b\r\nC: d"); }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.headers.add("A\r\nB", "c"); }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.headers.add("A", std::string("b\0", 2)); }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.bearer = "x\r\ny: z"; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.basic_user = "a:b"; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) { r.proxy = "gopher://x:1"; }), "GYR-N012");
  EXPECT_EQ(code_of([](auto& r) {
              r.body = "b";
              r.body_file = "f";
            }),
            "GYR-N012");
  EXPECT_EQ(server_.counters().requests, 0u);
}

}  // namespace
}  // namespace gyr::net
