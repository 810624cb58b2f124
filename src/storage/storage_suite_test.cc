// The tests of storage_suite.h, and the back ends they run over.
#include "storage/storage_suite.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/id.h"
#include "storage/local/local_storage.h"
#include "storage/retrying_storage.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/testing/fake_s3.h"

namespace gyr::storage::test {
namespace {

namespace fs = std::filesystem;
using Uris = std::vector<std::string>;

class LocalBackend final : public Backend {
 public:
  LocalBackend() {
    std::string name = (fs::temp_directory_path() / "gyr-suite-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto opened = open_local_storage(folder_);
    EXPECT_TRUE(opened) << opened.error().message();
    storage_ = std::move(*opened);
  }
  ~LocalBackend() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Storage& storage() override { return *storage_; }

 private:
  fs::path folder_;
  std::unique_ptr<Storage> storage_;
};

class StubBackend final : public Backend {
 public:
  explicit StubBackend(std::string prefix) {
    S3Options options = server_.options();
    options.prefix = std::move(prefix);
    options.part_bytes = 1'000'000;
    auto opened = open_s3_storage(options, credentials_, server_.clock(), RetryRules{.attempts = 1}, pauses_);
    EXPECT_TRUE(opened) << opened.error().message();
    storage_ = std::move(*opened);
  }
  ~StubBackend() override {
    storage_.reset();
    EXPECT_EQ(server_.problems(), std::vector<std::string>()) << "requests that S3 does not know";
  }
  Storage& storage() override { return *storage_; }

 private:
  s3::testing::FakeS3 server_;
  s3::FixedCredentials credentials_{server_.credentials()};
  Pauses pauses_;
  std::unique_ptr<Storage> storage_;
};

/// A real store, below a prefix of its own: GYR_TEST_S3_ENDPOINT, with the bucket and keys of tests/harness/s3_peer.py.
class RealBackend final : public Backend {
 public:
  explicit RealBackend(const char* endpoint) {
    S3Options options;
    options.endpoint = endpoint;
    options.bucket = "gyr-test";
    options.path_style = true;
    options.prefix = "suite-" + base::make_id(clock_.now()).to_text();
    options.part_bytes = 5 << 20;
    const RetryRules rules{.delay = base::Duration::of_millis(100)};
    auto opened = open_s3_storage(options, credentials_, clock_, rules, pauses_);
    EXPECT_TRUE(opened) << opened.error().message();
    // As servers have it: a store may have its weak moments.
    storage_ = std::make_unique<RetryingStorage>(std::move(*opened), rules, pauses_);
  }
  Storage& storage() override { return *storage_; }

 private:
  base::SystemClock clock_;
  s3::FixedCredentials credentials_{{"S3RVER", "S3RVER", ""}};
  Pauses pauses_;
  std::unique_ptr<Storage> storage_;
};

std::vector<BackendMaker> makers() {
  std::vector<BackendMaker> all = {
      {"Local", [] { return std::make_unique<LocalBackend>(); }},
      {"S3Stub", [] { return std::make_unique<StubBackend>(""); }},
      {"S3StubWithPrefix", [] { return std::make_unique<StubBackend>("/teams/a b/"); }},
  };
  if (const char* endpoint = std::getenv("GYR_TEST_S3_ENDPOINT")) {
    all.push_back({"S3Real", [endpoint] { return std::make_unique<RealBackend>(endpoint); }});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Backends, StorageSuite, ::testing::ValuesIn(makers()), name_of_backend);

// STOR-2, STOR-3
TEST_P(StorageSuite, WhatIsPutIsRead) {
  EXPECT_EQ(put("/company/team/a b.txt", "hello"), "kestra:///company/team/a b.txt");
  EXPECT_EQ(get("/company/team/a b.txt"), "hello");
  EXPECT_EQ(get("/company/team/a b.txt", 3), "lo");
  EXPECT_EQ(get("/company/team/a b.txt", 5), "");
  EXPECT_EQ(get("/company/team/a b.txt", 50), "");
  put("/company/team/a b.txt", "again");
  EXPECT_EQ(get("/company/team/a b.txt"), "again");
  EXPECT_EQ(get("/company//team/./a b.txt"), "again");
  EXPECT_EQ(get("/company/team"), "error: GYR-O001");
  EXPECT_EQ(get("/nothing"), "error: GYR-O001");
  EXPECT_EQ(get("/nothing", 4), "error: GYR-O001");
  EXPECT_EQ(get("/company/team/a b.txt", 0, "other"), "error: GYR-O001");
  put("/empty", "");
  EXPECT_EQ(get("/empty"), "");
  EXPECT_TRUE(*storage_->exists("main", "/empty"));
}

// STOR-2
TEST_P(StorageSuite, AnyNameAndAnyBytes) {
  for (const std::string_view name : {"plus+and space", "percent%20%2F", "quest?ion&amp=#", "ünï/日本語.txt",
                                      "semi;colon:@!$'()*,", "<xml>&\"", "tilde~_-.x", "back\\slash"}) {
    const std::string path = fmt::format("/names/{}", name);
    const std::string bytes = fmt::format("{}\0\xff\r\n", name) + std::string(1, '\0');
    EXPECT_EQ(put(path, bytes), "kestra://" + path);
    EXPECT_EQ(get(path), bytes) << name;
  }
  auto all = storage_->all_by_prefix("main", "/names", false);
  ASSERT_TRUE(all) << all.error().message();
  EXPECT_EQ(all->size(), 8U);
  for (const std::string& uri : *all) EXPECT_TRUE(*storage_->exists("main", *path_of_uri(uri))) << uri;
}

// STOR-2
TEST_P(StorageSuite, NothingIsSeenBeforeItIsWhole) {
  for (const size_t size : {size_t{4}, size_t{12'000'000}}) {
    auto sink = storage_->put("main", "/a/b");
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write(std::string(size, 'x')));
    EXPECT_FALSE(*storage_->exists("main", "/a/b"));
    sink->reset();
    EXPECT_FALSE(*storage_->exists("main", "/a/b"));
    EXPECT_FALSE(*storage_->exists("main", "/a"));
  }
}

// STOR-2: in parts where the store has parts.
TEST_P(StorageSuite, LargeObjectsArriveWhole) {
  std::string content;
  for (int64_t i = 0; content.size() < 11'000'000; ++i) content += std::to_string(i * 7919);
  auto sink = storage_->put("main", "/large");
  ASSERT_TRUE(sink);
  for (size_t at = 0; at < content.size(); at += 777'777)
    ASSERT_TRUE((*sink)->write(std::string_view(content).substr(at, 777'777)));
  ASSERT_TRUE((*sink)->finish());
  EXPECT_EQ(storage_->attributes("main", "/large")->size, content.size());
  EXPECT_TRUE(get("/large") == content);
  EXPECT_TRUE(get("/large", 10'999'000) == content.substr(10'999'000));
}

// STOR-2
TEST_P(StorageSuite, ListsChildrenAndPrefixes) {
  put("/n/_files/b.sql", "select");
  put("/n/_files/dir/a.py", "");
  put("/n/_filesystem", "no child");
  auto children = storage_->list("main", "/n/_files");
  ASSERT_TRUE(children) << children.error().message();
  ASSERT_EQ(children->size(), 2U);
  EXPECT_EQ((*children)[0].file_name, "b.sql");
  EXPECT_EQ((*children)[0].size, 6U);
  EXPECT_FALSE((*children)[0].directory);
  EXPECT_GT((*children)[0].modified_ms, 1'600'000'000'000);
  EXPECT_EQ((*children)[1].file_name, "dir");
  EXPECT_TRUE((*children)[1].directory);
  EXPECT_EQ(*storage_->all_by_prefix("main", "/n/_files", true),
            (Uris{"kestra:///n/_files/b.sql", "kestra:///n/_files/dir/", "kestra:///n/_files/dir/a.py"}));
  EXPECT_EQ(storage_->all_by_prefix("main", "/n/_files/", false)->size(), 2U);
  EXPECT_EQ(storage_->all_by_prefix("main", "/", true)->size(), 6U);
  EXPECT_TRUE(storage_->all_by_prefix("main", "/missing", false)->empty());
  EXPECT_TRUE(storage_->all_by_prefix("main", "/n/_files/b.sql", false)->empty());
  EXPECT_EQ(storage_->list("main", "/missing").error().code(), file_not_found);
  put("/n/file", "");  // s3rver loses folders that hold folders only
  auto top = storage_->list("main", "/");
  ASSERT_TRUE(top) << top.error().message();
  ASSERT_EQ(top->size(), 1U);
  EXPECT_EQ(top->front().file_name, "n");
  EXPECT_TRUE(top->front().directory);
  EXPECT_EQ(storage_->attributes("main", "/missing").error().code(), file_not_found);
  auto file = storage_->attributes("main", "/n/_files/b.sql");
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->file_name, "b.sql");
  EXPECT_EQ(file->size, 6U);
  EXPECT_GT(file->modified_ms, 1'600'000'000'000);
  auto folder = storage_->attributes("main", "/n/_files");
  ASSERT_TRUE(folder) << folder.error().message();
  EXPECT_TRUE(folder->directory);
  EXPECT_TRUE(*storage_->exists("main", "/n/_files"));
  EXPECT_FALSE(*storage_->exists("main", "/n/_file"));
}

// STOR-2: more than a page of the store's listing.
TEST_P(StorageSuite, ListsAreComplete) {
  for (int i = 0; i < 20; ++i) {
    put(fmt::format("/many/{:02}", i), "x");
    put(fmt::format("/many/folder {:02}/file", i), "x");
  }
  EXPECT_EQ(storage_->list("main", "/many")->size(), 40U);
  EXPECT_EQ(storage_->all_by_prefix("main", "/many", false)->size(), 40U);
  EXPECT_EQ(storage_->all_by_prefix("main", "/many", true)->size(), 60U);
  auto removed = storage_->remove("main", "/many");
  ASSERT_TRUE(removed) << removed.error().message();
  EXPECT_TRUE(*removed);
  EXPECT_TRUE(storage_->all_by_prefix("main", "/", false)->empty());
}

// STOR-2
TEST_P(StorageSuite, RemovesFilesAndFolders) {
  put("/a/one", "1");
  put("/a/b/two", "2");
  put("/ab", "3");
  EXPECT_TRUE(*storage_->remove("main", "/a/one"));
  EXPECT_FALSE(*storage_->remove("main", "/a/one"));
  EXPECT_TRUE(*storage_->remove("main", "/a"));
  EXPECT_FALSE(*storage_->remove("main", "/a"));
  EXPECT_FALSE(*storage_->exists("main", "/a/b/two"));
  EXPECT_EQ(get("/ab"), "3");
}

// STOR-2
TEST_P(StorageSuite, MakesFolders) {
  ASSERT_TRUE(storage_->create_directory("main", "/d/e"));
  ASSERT_TRUE(storage_->create_directory("main", "/d/e"));
  EXPECT_TRUE(storage_->attributes("main", "/d/e")->directory);
  EXPECT_TRUE(storage_->list("main", "/d/e")->empty());
  EXPECT_EQ(*storage_->all_by_prefix("main", "/d", true), Uris{"kestra:///d/e/"});
  EXPECT_TRUE(storage_->all_by_prefix("main", "/d", false)->empty());
  EXPECT_EQ(storage_->create_directory("main", "").error().code(), bad_storage_uri);
  EXPECT_TRUE(*storage_->remove("main", "/d/e"));
}

// STOR-2
TEST_P(StorageSuite, MovesFilesAndFolders) {
  put("/a/one", "1");
  put("/b/two", "old");
  ASSERT_TRUE(storage_->move("main", "/a/one", "/b/two"));
  EXPECT_EQ(get("/b/two"), "1");
  EXPECT_FALSE(*storage_->exists("main", "/a/one"));
  EXPECT_EQ(storage_->move("main", "/a/one", "/b/x").error().code(), file_not_found);
  put("/from/x y", "2");
  put("/from/deep/er/z", "3");
  ASSERT_TRUE(storage_->move("main", "/from", "/to/there"));
  EXPECT_EQ(*storage_->all_by_prefix("main", "/to", false),
            (Uris{"kestra:///to/there/deep/er/z", "kestra:///to/there/x y"}));
  EXPECT_EQ(get("/to/there/x y"), "2");
  EXPECT_FALSE(*storage_->exists("main", "/from"));
}

// STOR-2: beyond what the store copies at once.
TEST_P(StorageSuite, MovesLargeFiles) {
  const std::string content(6'001, 'm');
  put("/large", content);
  ASSERT_TRUE(storage_->move("main", "/large", "/moved"));
  EXPECT_EQ(get("/moved"), content);
  EXPECT_FALSE(*storage_->exists("main", "/large"));
}

// STOR-10
TEST_P(StorageSuite, MetadataIsKeptWithItsFile) {
  const Metadata about = {{"description", "für alle, 日本語\n\"x\""},
                          {"expirationDate", "2030-01-01T00:00:00Z"},
                          {"Odd_name-1.x", "=?UTF-8?B?no?="},
                          {"empty", ""},
                          {"a_b", "  two  blanks "},
                          {"_A", "plain, {a: 1} 100%"}};
  put("/d/plain", "0");
  put("/d/x", "1", "main", about);
  EXPECT_EQ(metadata("/d/plain"), Metadata());
  EXPECT_EQ(metadata("/d/x"), about);
  EXPECT_EQ(metadata("/d/x", 1), about) << "behind the last byte";
  EXPECT_EQ(get("/d/x"), "1");
  put("/d/x", "2", "main", {{"other", "1"}});
  EXPECT_EQ(metadata("/d/x"), (Metadata{{"other", "1"}})) << "takes the place of the old one";
  put("/d/x", "3");
  EXPECT_EQ(metadata("/d/x"), Metadata()) << "what is not given is not kept";
  put("/large", std::string(11'000'000, 'l'), "main", about);
  EXPECT_EQ(metadata("/large"), about) << "in parts";
  {
    auto dropped = storage_->put("main", "/d/plain", about);
    ASSERT_TRUE(dropped);
    ASSERT_TRUE((*dropped)->write("never"));
  }
  EXPECT_EQ(metadata("/d/plain"), Metadata());
  EXPECT_EQ(get("/d/plain"), "0");
}

// STOR-10
TEST_P(StorageSuite, MetadataIsNotAFile) {
  put("/d/x", "1", "main", {{"a", "b"}});
  put("/d/e/y", "1", "main", {{"a", "b"}});
  EXPECT_EQ(storage_->list("main", "/d")->size(), 2U);
  EXPECT_EQ(*storage_->all_by_prefix("main", "/d", true), (Uris{"kestra:///d/e/", "kestra:///d/e/y", "kestra:///d/x"}));
  EXPECT_EQ(storage_->attributes("main", "/d/x")->size, 1U);
  EXPECT_FALSE(*storage_->exists("main", "/d/x.metadata"));
  EXPECT_EQ(get("/d/x.metadata"), "error: GYR-O001");
  EXPECT_FALSE(*storage_->remove("main", "/d/x.metadata"));
  EXPECT_EQ(storage_->move("main", "/d/x.metadata", "/z").error().code(), file_not_found);
  EXPECT_EQ(metadata("/d/x"), (Metadata{{"a", "b"}}));
}

// STOR-10
TEST_P(StorageSuite, MetadataIsMovedAndRemovedWithItsFile) {
  const Metadata about = {{"a", "b"}};
  put("/d/x", "1", "main", about);
  put("/d/y", "2", "main", {{"of", "y"}});
  ASSERT_TRUE(storage_->move("main", "/d/x", "/d/y"));
  EXPECT_EQ(metadata("/d/y"), about);
  put("/d/x", "3");
  EXPECT_EQ(metadata("/d/x"), Metadata()) << "left behind";
  ASSERT_TRUE(storage_->move("main", "/d/x", "/d/y"));
  EXPECT_EQ(metadata("/d/y"), Metadata()) << "of the file that was there";
  put("/d/x", std::string(6'001, 'm'), "main", about);
  ASSERT_TRUE(storage_->move("main", "/d", "/e"));
  EXPECT_EQ(metadata("/e/x"), about) << "with the folder, beyond what a store copies at once";
  EXPECT_TRUE(*storage_->remove("main", "/e/x"));
  put("/e/x", "4");
  EXPECT_EQ(metadata("/e/x"), Metadata()) << "removed with its file";
}

// STOR-10: a file that is called as metadata might be is a file.
TEST_P(StorageSuite, FilesAreCalledAsTheyLike) {
  const Metadata about = {{"a", "b"}};
  const Uris names = {"x",         "x.metadata",     "x.metadata.metadata", "x.metadata~", "x.metadata~~",
                      ".metadata", "dir.metadata/f", "dir.metadata~/f"};
  for (const std::string& name : names) {
    EXPECT_EQ(put("/d/" + name, "{a:\"" + name + "\"}", "main", about), "kestra:///d/" + name);
  }
  for (const std::string& name : names) {
    EXPECT_EQ(get("/d/" + name), "{a:\"" + name + "\"}");
    EXPECT_EQ(metadata("/d/" + name), about) << name;
  }
  Uris all;
  for (const std::string& name : names) all.push_back("kestra:///d/" + name);
  std::ranges::sort(all);
  EXPECT_EQ(*storage_->all_by_prefix("main", "/d", false), all);
  EXPECT_EQ(storage_->list("main", "/d")->size(), names.size());
  EXPECT_EQ(storage_->list("main", "/d/dir.metadata")->front().file_name, "f");
  ASSERT_TRUE(*storage_->remove("main", "/d/x"));
  EXPECT_EQ(metadata("/d/x.metadata"), about) << "no part of x";
  ASSERT_TRUE(storage_->move("main", "/d/x.metadata", "/d/x"));
  EXPECT_EQ(get("/d/x"), "{a:\"x.metadata\"}");
  EXPECT_FALSE(*storage_->exists("main", "/d/x.metadata"));
  EXPECT_EQ(get("/d/x.metadata~"), "{a:\"x.metadata~\"}");
  ASSERT_TRUE(storage_->create_directory("main", "/folder.metadata"));
  put("/folder", "1", "main", about);
  EXPECT_TRUE(storage_->attributes("main", "/folder.metadata")->directory);
  EXPECT_EQ(metadata("/folder"), about);
}

// STOR-10
TEST_P(StorageSuite, WrongMetadataIsRefused) {
  const std::vector<Metadata> wrong = {
      {{"", "x"}},
      {{"a b", "x"}},
      {{"a\r\nx-amz-acl", "x"}},
      {{"ü", "x"}},
      {{"a", "\xff"}},
      {{std::string(129, 'a'), "x"}},
      {{"a", std::string(17'000, 'x')}},
  };
  for (const Metadata& one : wrong) {
    auto sink = storage_->put("main", "/x", one);
    ASSERT_FALSE(sink) << one.begin()->first;
    EXPECT_EQ(sink.error().code(), metadata_refused) << one.begin()->first;
  }
  EXPECT_FALSE(*storage_->exists("main", "/x"));
}

// STOR-2, STOR-9: whole, or not at all and then the file is as it was.
TEST_P(StorageSuite, FilesOfTheMachineAreTakenOver) {
  std::string folder = (fs::temp_directory_path() / "gyr-taken-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const fs::path local = fs::path(folder) / "piece";
  std::ofstream(local) << "content";
  put("/a/x", "old", "main", {{"a", "b"}});
  auto taken = storage_->take_over("main", "/a/x", local);
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(fs::exists(local), !taken->has_value());
  EXPECT_EQ(get("/a/x"), *taken ? "content" : "old");
  EXPECT_EQ(metadata("/a/x"), *taken ? Metadata() : (Metadata{{"a", "b"}}));
  if (*taken) {
    EXPECT_EQ(**taken, "kestra:///a/x");
  }
  fs::remove_all(folder);
}

// STOR-3: no path leads to another tenant.
TEST_P(StorageSuite, TenantsAreApart) {
  put("/x", "mine", "main");
  put("/x", "theirs", "main2");
  EXPECT_EQ(get("/x"), "mine");
  EXPECT_EQ(storage_->all_by_prefix("main", "/", true)->size(), 1U);
  EXPECT_TRUE(*storage_->remove("main", "/x"));
  EXPECT_EQ(get("/x", 0, "main2"), "theirs");
  for (const std::string_view tenant : {"", "..", "a/b", ".incoming"}) {
    EXPECT_EQ(storage_->get(tenant, "/x").error().code(), bad_storage_uri) << tenant;
    EXPECT_EQ(storage_->put(tenant, "/x").error().code(), bad_storage_uri) << tenant;
  }
}

// STOR-4
TEST_P(StorageSuite, BadPathsAreRefused) {
  for (const std::string_view path : {std::string_view("/../x"), std::string_view("/a/../../x"), std::string_view("x"),
                                      std::string_view(""), std::string_view("/a\0b", 4)}) {
    EXPECT_EQ(storage_->get("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->put("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->exists("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->list("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->remove("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->move("main", "/a", path).error().code(), bad_storage_uri) << path;
  }
  EXPECT_EQ(storage_->get("main", "/" + std::string(5'000, 'a')).error().code(), bad_storage_uri);
  EXPECT_EQ(storage_->put("main", "/folder/").error().code(), bad_storage_uri);
}

}  // namespace
}  // namespace gyr::storage::test
