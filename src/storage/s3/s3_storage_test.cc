// What is particular to object stores: keys, parts, failures, refusals. What all storages do is in
// storage_suite_test.cc.
#include "storage/s3/s3_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "storage/s3/testing/fake_s3.h"

namespace gyr::storage {
namespace {

using s3::testing::error_answer;
using s3::testing::FakeS3;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Hooked = std::optional<net::ServerResponse>;

/// Time that passes at once.
class CountedPauses final : public Pauses {
 public:
  std::atomic<int> count{0};
  bool wait(base::Duration) override {
    count += 1;
    return true;
  }
};

/// Gives its pieces, then breaks the connection.
struct CutBody {
  std::vector<std::string> pieces;
  size_t at = 0;
  static base::Task<base::Result<std::string>> next(std::shared_ptr<CutBody> self) {
    if (self->at == self->pieces.size()) co_return base::fail(storage_failed, "the test cuts it here");
    co_return self->pieces[self->at++];
  }
  static net::ServerResponse answer(std::vector<std::string> pieces, uint64_t length, std::string etag) {
    auto body = std::make_shared<CutBody>(CutBody{std::move(pieces)});
    net::ServerResponse response;
    response.headers.add("ETag", std::move(etag));
    response.stream = [body] { return next(body); };
    response.stream_length = length;
    return response;
  }
};

class S3StorageTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(server_.options()); }
  void TearDown() override {
    server_.set_hook(nullptr);
    storage_.reset();
    EXPECT_THAT(server_.problems(), ElementsAre());
  }

  void reopen(const S3Options& options) {
    auto opened = open(options);
    ASSERT_TRUE(opened) << opened.error().message();
    storage_ = std::make_unique<RetryingStorage>(std::move(*opened), rules_, pauses_);
  }
  base::Result<std::unique_ptr<Storage>> open(const S3Options& options) {
    return open_s3_storage(options, credentials_, server_.clock(), rules_, pauses_);
  }
  /// Message and hint of why it does not open.
  std::string refusal(const S3Options& options, base::ErrorCode code) {
    auto opened = open(options);
    if (opened) return "it opened";
    EXPECT_EQ(opened.error().code(), code) << opened.error().message();
    return opened.error().message() + " / " + opened.error().hint();
  }

  base::Result<std::string> write(std::string_view path, std::string_view bytes) {
    GYR_TRY(auto sink, storage_->put("main", path));
    GYR_CHECK(sink->write(bytes));
    return sink->finish();
  }
  base::Result<std::string> read(std::string_view path) {
    GYR_TRY(auto source, storage_->get("main", path, 0));
    std::string content;
    char buffer[512];
    for (;;) {
      GYR_TRY(const size_t size, source->read(buffer, sizeof buffer));
      if (size == 0) return content;
      content.append(buffer, size);
    }
  }
  /// Answers the first requests that begin so with this; then as usual.
  void answer_first(int times, std::string beginning, std::function<net::ServerResponse()> answer) {
    auto left = std::make_shared<std::atomic<int>>(times);
    server_.set_hook([=](const net::ServerRequest& request) -> Hooked {
      if (!(request.method + " " + request.target).starts_with(beginning) || left->fetch_sub(1) <= 0) return {};
      return answer();
    });
  }
  size_t asked(std::string_view part) {
    size_t count = 0;
    for (const std::string& request : server_.requests()) count += request.find(part) != std::string::npos;
    return count;
  }

  FakeS3 server_;
  s3::FixedCredentials credentials_{server_.credentials()};
  CountedPauses pauses_;
  RetryRules rules_;
  std::unique_ptr<Storage> storage_;
};

// STOR-7: no leading slash.
TEST_F(S3StorageTest, KeysAreTenantAndPath) {
  ASSERT_TRUE(write("/company/team/a b.txt", "x"));
  EXPECT_THAT(server_.keys(), ElementsAre("main/company/team/a b.txt"));
  S3Options options = server_.options();
  options.prefix = "/one/two/";
  reopen(options);
  ASSERT_TRUE(write("/c", "y"));
  EXPECT_THAT(server_.keys(), ElementsAre("main/company/team/a b.txt", "one/two/main/c"));
}

// STOR-2
TEST_F(S3StorageTest, AnObjectOfOnePartIsOneRequest) {
  ASSERT_TRUE(write("/small", std::string(1'000, 's')));
  EXPECT_EQ(asked("PUT"), 1U);
  EXPECT_EQ(asked("uploads"), 0U);
  ASSERT_TRUE(write("/large", std::string(2'001, 'l')));
  EXPECT_EQ(asked("POST /files/main/large?uploads"), 1U);
  EXPECT_EQ(asked("partNumber="), 3U);
  EXPECT_EQ(server_.get("main/large"), std::string(2'001, 'l'));
  EXPECT_EQ(server_.open_uploads(), 0U);
}

// STOR-2: the address of a host with the bucket in its name.
TEST_F(S3StorageTest, AddressesOfBuckets) {
  const auto url = [](S3Options options) {
    auto opened = s3_tenants(options, *std::make_unique<s3::FixedCredentials>(s3::Credentials{}), base::SystemClock());
    return opened ? std::string("it answers") : opened.error().message();
  };
  S3Options options;
  options.bucket = "files";
  options.endpoint = "http://store.invalid:9000";
  EXPECT_THAT(url(options), HasSubstr("files.store.invalid"));
  options.path_style = true;
  EXPECT_THAT(url(options), HasSubstr("`store.invalid`"));
}

// STOR-2: what was begun is given up, so that it does not cost for ever.
TEST_F(S3StorageTest, DroppedUploadsAreGivenUp) {
  {
    auto sink = storage_->put("main", "/dropped");
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write(std::string(5'000, 'x')));
    EXPECT_EQ(server_.open_uploads(), 1U);
  }
  server_.await_request("DELETE /files/main/dropped?uploadId=");
  EXPECT_EQ(server_.open_uploads(), 0U);
  EXPECT_THAT(server_.keys(), ElementsAre());
}

// STOR-2: an upload that fails at its end, too.
TEST_F(S3StorageTest, FailedUploadsAreGivenUp) {
  answer_first(1'000, "PUT /files/main/x?partNumber=3", [] { return error_answer(403, "AccessDenied"); });
  auto written = write("/x", std::string(3'500, 'x'));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), storage_denied);
  EXPECT_EQ(pauses_.count, 0) << "what is not allowed is not tried again";
  server_.await_request("DELETE /files/main/x?uploadId=");
  EXPECT_EQ(server_.open_uploads(), 0U);
}

// STOR-11: in the middle of an object.
TEST_F(S3StorageTest, PartsAreTriedAgain) {
  for (const auto& [status, code] :
       {std::pair(503, "SlowDown"), std::pair(500, "InternalError"), std::pair(400, "RequestTimeout"),
        std::pair(429, "TooManyRequests"), std::pair(502, "")}) {
    pauses_.count = 0;
    answer_first(2, "PUT /files/main/x?partNumber=2", [status, code] { return error_answer(status, code); });
    ASSERT_TRUE(write("/x", std::string(2'500, 'x'))) << code;
    EXPECT_EQ(pauses_.count, 2) << code;
    EXPECT_EQ(server_.get("main/x"), std::string(2'500, 'x'));
  }
}

// STOR-11
TEST_F(S3StorageTest, BrokenConnectionsAreTriedAgain) {
  answer_first(2, "PUT /files/main/x", [] { return CutBody::answer({}, 10, "\"e\""); });
  ASSERT_TRUE(write("/x", "bytes"));
  EXPECT_EQ(pauses_.count, 2);
  EXPECT_EQ(*read("/x"), "bytes");
}

// STOR-11: tries end.
TEST_F(S3StorageTest, WhatNeverWorksFails) {
  answer_first(1'000'000, "PUT", [] { return error_answer(503, "SlowDown"); });
  auto written = write("/x", "bytes");
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), storage_failed);
  EXPECT_EQ(pauses_.count, rules_.attempts - 1);
  EXPECT_THAT(written.error().message(), HasSubstr("cannot write s3://files/main/x: 503 SlowDown"));
}

// STOR-11: reading continues where it was interrupted.
TEST_F(S3StorageTest, ReadingContinuesAfterAnInterruption) {
  const std::string content = std::string(700, 'a') + std::string(800, 'b');
  ASSERT_TRUE(write("/x", content.substr(0, 1'000)));
  server_.put("main/x", content);
  auto head = storage_->get("main", "/x", 0);
  ASSERT_TRUE(head);
  const std::string etag = "\"" + s3::sha256_hex(content).substr(0, 32) + "\"";
  answer_first(1, "GET /files/main/x", [&] { return CutBody::answer({content.substr(0, 900)}, content.size(), etag); });
  EXPECT_EQ(*read("/x"), content);
  EXPECT_EQ(pauses_.count, 1);
}

// STOR-11: but not in another object that has come in its place.
TEST_F(S3StorageTest, ReadingNeverMixesTwoObjects) {
  ASSERT_TRUE(write("/x", std::string(900, 'n')));
  answer_first(1, "GET /files/main/x", [] { return CutBody::answer({"old"}, 900, "\"of another\""); });
  auto content = read("/x");
  ASSERT_FALSE(content.has_value());
  EXPECT_THAT(content.error().message(), HasSubstr("PreconditionFailed"));
}

// STOR-2: a body that is shorter than its head says.
TEST_F(S3StorageTest, ObjectsThatVanishWhileReadAreAnError) {
  ASSERT_TRUE(write("/x", std::string(900, 'n')));
  answer_first(1, "GET /files/main/x", [&] { return CutBody::answer({"begin"}, 900, "\"e\""); });
  auto source = storage_->get("main", "/x", 0);
  ASSERT_TRUE(source);
  ASSERT_TRUE(*storage_->remove("main", "/x"));
  char buffer[1'000];
  base::Result<size_t> size = 0;
  do {
    size = (*source)->read(buffer, sizeof buffer);
  } while (size && *size > 0);
  ASSERT_FALSE(size.has_value());
  EXPECT_EQ(size.error().code(), storage_failed);
  EXPECT_THAT(size.error().message(), HasSubstr("was removed while it was read"));
}

// STOR-2: the store has it all, but its answer was lost.
TEST_F(S3StorageTest, CompletionsWhoseAnswerWasLost) {
  auto seen = std::make_shared<std::atomic<int>>(0);
  server_.set_hook([this, seen](const net::ServerRequest& request) -> Hooked {
    if (request.method != "POST" || request.target.find("uploadId") == std::string::npos) return {};
    if (seen->fetch_add(1) == 0) {
      server_.put("main/x", std::string(2'500, 'x'));
      server_.mark_parts("main/x", 3);
      return error_answer(500, "InternalError");
    }
    return error_answer(404, "NoSuchUpload");
  });
  ASSERT_TRUE(write("/x", std::string(2'500, 'x')));
  EXPECT_EQ(*read("/x"), std::string(2'500, 'x'));
}

// STOR-2: an answer of status 200 that has failed.
TEST_F(S3StorageTest, ErrorsInsideOfAnswers) {
  answer_first(1, "POST /files/main/x?uploadId", [] { return error_answer(200, "InternalError"); });
  ASSERT_TRUE(write("/x", std::string(2'500, 'x')));
  EXPECT_EQ(pauses_.count, 1);
  answer_first(1, "PUT /files/main/y", [] { return error_answer(200, "SomethingNew"); });
  ASSERT_TRUE(storage_->move("main", "/x", "/y"));
  EXPECT_EQ(pauses_.count, 2);
  answer_first(1, "POST /files?delete", [] {
    auto response = error_answer(200, "");
    response.body =
        "<DeleteResult><Error><Key>main/y</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>";
    return response;
  });
  ASSERT_TRUE(write("/folder/z", "z"));
  auto removed = storage_->remove("main", "/folder");
  ASSERT_FALSE(removed.has_value());
  EXPECT_EQ(removed.error().code(), storage_denied);
}

// STOR-20: the start says what is wrong, and what to do.
TEST_F(S3StorageTest, RefusalsOfTheStoreEndTheStart) {
  const S3Options options = server_.options();
  S3Options other = options;
  other.bucket = "filed";
  EXPECT_THAT(refusal(other, storage_misconfigured), AllOf(HasSubstr("NoSuchBucket"), HasSubstr("create the bucket")));
  other = options;
  other.region = "eu-west-9";
  EXPECT_THAT(refusal(other, storage_denied), HasSubstr("SignatureDoesNotMatch"));

  credentials_ = s3::FixedCredentials({"AKIDTEST", "wrong", ""});
  EXPECT_THAT(refusal(options, storage_denied), AllOf(HasSubstr("SignatureDoesNotMatch"), HasSubstr("secret-key")));
  credentials_ = s3::FixedCredentials({"AKIDOTHER", "wrong", ""});
  EXPECT_THAT(refusal(options, storage_denied), AllOf(HasSubstr("InvalidAccessKeyId"), HasSubstr("access-key")));
}

// STOR-20
TEST_F(S3StorageTest, RefusalsHaveANextStep) {
  const auto says = [this](net::ServerResponse answer) {
    server_.set_hook([answer](const net::ServerRequest&) -> Hooked { return answer; });
    auto opened = open(server_.options());
    return opened ? std::string("it opened") : opened.error().message() + " / " + opened.error().hint();
  };
  EXPECT_THAT(says(error_answer(403, "AccessDenied")), HasSubstr("s3:ListBucket"));
  EXPECT_THAT(says(error_answer(403, "RequestTimeTooSkewed", "<ServerTime>2023-11-14T22:13:20Z</ServerTime>")),
              AllOf(HasSubstr("clock of this machine"), HasSubstr("2023-11-14T22:13:20Z")));
  EXPECT_THAT(says(error_answer(400, "ExpiredToken")), HasSubstr("expired"));
  EXPECT_THAT(says(error_answer(400, "AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>")),
              HasSubstr("`eu-west-3`"));
  net::ServerResponse moved;
  moved.status = 301;
  moved.headers.add("x-amz-bucket-region", "eu-west-4");
  EXPECT_THAT(says(moved), AllOf(HasSubstr("301"), HasSubstr("`eu-west-4`")));
  net::ServerResponse page;
  page.status = 404;
  page.body = "<html><body>Not here</body></html>";
  EXPECT_THAT(says(page), AllOf(HasSubstr("404"), HasSubstr("is an object store")));
}

// STOR-11: what may pass does not end the start.
TEST_F(S3StorageTest, AStoreThatIsDownIsAWarning) {
  S3Options options = server_.options();
  options.endpoint = "http://127.0.0.1:1";
  auto opened = open(options);
  ASSERT_TRUE(opened) << opened.error().message();
  auto there = (*opened)->exists("main", "/x");
  ASSERT_FALSE(there.has_value());
  EXPECT_EQ(there.error().code(), storage_failed);
  EXPECT_THAT(there.error().message(), HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(there.error().hint(), HasSubstr("endpoint"));
}

// STOR-20
TEST_F(S3StorageTest, OptionsThatCannotBeMeantAreRefused) {
  const S3Options options = server_.options();
  const auto refused = [&](auto change) {
    S3Options other = options;
    change(other);
    return refusal(other, storage_misconfigured);
  };
  EXPECT_THAT(refused([](S3Options& o) { o.bucket = ""; }), HasSubstr("no bucket"));
  for (const char* bucket : {"a/b", "..", "a b", "a?b", "b\nc", ".a"}) {
    EXPECT_THAT(refused([&](S3Options& o) { o.bucket = bucket; }), HasSubstr("is not a valid bucket name"));
  }
  EXPECT_THAT(refused([](S3Options& o) { o.bucket = std::string(10'000, 'b'); }),
              HasSubstr("is not a valid bucket name"));
  for (const char* region : {"", "a/b", "eu west"}) {
    EXPECT_THAT(refused([&](S3Options& o) { o.region = region; }), HasSubstr("is not a valid region name"));
  }
  for (const char* endpoint : {"ftp://a", "http://a/b", "http://a?b", "http://u:p@a", "nonsense", "http://"}) {
    EXPECT_THAT(refused([&](S3Options& o) { o.endpoint = endpoint; }), HasSubstr("endpoint")) << endpoint;
  }
  for (const char* prefix : {"a/../b", "a//b", "./a", "\xff"}) {
    EXPECT_THAT(refused([&](S3Options& o) { o.prefix = prefix; }), HasSubstr("is not a valid prefix")) << prefix;
  }
}

// STOR-2: responses of a server that is not an object store, or of a defective one.
TEST_F(S3StorageTest, BadListingsAreErrors) {
  rules_.attempts = 1;
  reopen(server_.options());
  const auto lists = [this](std::string body) {
    server_.set_hook([body](const net::ServerRequest&) -> Hooked {
      net::ServerResponse response;
      response.body = body;
      return response;
    });
    auto all = storage_->all_by_prefix("main", "/", false);
    return all ? std::string("it lists") : all.error().message();
  };
  EXPECT_THAT(lists("hello"), HasSubstr("cannot parse an XML response"));
  EXPECT_THAT(lists(""), HasSubstr("cannot parse an XML response"));
  EXPECT_THAT(lists("<!DOCTYPE a [<!ENTITY b 'c'>]><ListBucketResult/>"), HasSubstr("document type"));
  EXPECT_THAT(lists("<Other/>"), HasSubstr("`Other`"));
  EXPECT_THAT(lists("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
              HasSubstr("no continuation token"));
  EXPECT_THAT(lists("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</"
                    "NextContinuationToken></ListBucketResult>"),
              HasSubstr("repeatedly"));
  EXPECT_THAT(
      lists("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key></Contents></ListBucketResult>"),
      HasSubstr("%"));
}

// STOR-4: what others write into the bucket leads nowhere.
TEST_F(S3StorageTest, KeysThatNoPathMeansArePassedOver) {
  for (const char* key : {"main/a/../b", "main/a//b", "main//c", "main/./d", "main/fine"}) server_.put(key, "x");
  EXPECT_THAT(*storage_->all_by_prefix("main", "/", false), ElementsAre("kestra:///fine"));
  EXPECT_EQ(storage_->put("main", "/" + std::string(1'020, 'k')).error().code(), bad_storage_uri);
  EXPECT_EQ(storage_->put("main", "/\xff").error().code(), bad_storage_uri);
}

// STOR-2: a store that does not do what it says.
TEST_F(S3StorageTest, RemovingEndsIfTheStoreRemovesNothing) {
  ASSERT_TRUE(write("/f/x", "x"));
  server_.set_hook([](const net::ServerRequest& request) -> Hooked {
    if (request.method != "POST") return {};
    net::ServerResponse response;
    response.body = "<DeleteResult/>";
    return response;
  });
  S3Options options = server_.options();
  options.keys_a_page = 1;
  ASSERT_TRUE(write("/f/y", "x"));
  rules_.attempts = 1;
  reopen(options);
  auto removed = storage_->remove("main", "/f");
  ASSERT_FALSE(removed.has_value());
  EXPECT_THAT(removed.error().message(), HasSubstr("still lists the object"));
}

// STOR-20: keys that expire.
TEST_F(S3StorageTest, SessionTokensAreSentAndSigned) {
  credentials_ = s3::FixedCredentials({"AKIDTEST", "s3cr3t/+key", "the+token"});
  auto seen = std::make_shared<std::atomic<bool>>(false);
  server_.set_hook([seen](const net::ServerRequest& request) -> Hooked {
    if (request.headers.get("x-amz-security-token") == "the+token") *seen = true;
    return {};
  });
  reopen(server_.options());
  EXPECT_TRUE(*seen);
}

// STOR-22: which tenants a bucket has.
TEST_F(S3StorageTest, TenantsAreListed) {
  for (const char* key : {"main/a", "main/b/c", "other/a", ".hidden/a", "file", "p/one/a", "p/two/b"})
    server_.put(key, "x");
  EXPECT_THAT(*s3_tenants(server_.options(), credentials_, server_.clock()), ElementsAre("main", "other", "p"));
  S3Options options = server_.options();
  options.prefix = "p";
  EXPECT_THAT(*s3_tenants(options, credentials_, server_.clock()), ElementsAre("one", "two"));
}

}  // namespace
}  // namespace gyr::storage
