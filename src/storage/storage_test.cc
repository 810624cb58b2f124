// Addresses, layout of paths, and the back end in a folder.
#include "storage/storage.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "storage/access.h"
#include "storage/local/local_storage.h"

namespace gyr::storage {
namespace {

namespace fs = std::filesystem;

class LocalStorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "gyr-storage-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto opened = open_local_storage(folder_);
    ASSERT_TRUE(opened) << opened.error().message();
    storage_ = std::move(*opened);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string put(std::string_view path, std::string_view content, Metadata metadata = {}) {
    auto sink = storage_->put("main", path, std::move(metadata));
    EXPECT_TRUE(sink) << sink.error().message();
    EXPECT_TRUE((*sink)->write(content));
    auto uri = (*sink)->finish();
    EXPECT_TRUE(uri) << uri.error().message();
    return *uri;
  }

  std::string get(std::string_view path) {
    auto source = storage_->get("main", path);
    if (!source) return source.error().message();
    std::string bytes(200'000, '\0');
    auto size = (*source)->read(bytes.data(), bytes.size());
    if (!size) return size.error().message();
    bytes.resize(*size);
    return bytes;
  }
  /// Of a file on disk.
  std::string content(const fs::path& file) {
    std::ifstream in(folder_ / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
  std::unique_ptr<Storage> storage_;
};

// STOR-7
TEST_F(LocalStorageTest, ObjectsAreFilesOfTheirPaths) {
  EXPECT_EQ(put("/company/team/a b.txt", "hello"), "kestra:///company/team/a b.txt");
  EXPECT_TRUE(fs::is_regular_file(folder_ / "main/company/team/a b.txt"));
}

// STOR-2
TEST_F(LocalStorageTest, NothingIsSeenBeforeItIsWhole) {
  {
    auto sink = storage_->put("main", "/a/b");
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write("half"));
    EXPECT_FALSE(*storage_->exists("main", "/a/b"));
  }
  EXPECT_FALSE(*storage_->exists("main", "/a/b"));
  EXPECT_TRUE(fs::is_empty(folder_ / ".incoming"));
  EXPECT_FALSE(fs::exists(folder_ / "main/a"));
  // Files that a dead process left behind are removed at the next start.
  std::ofstream(folder_ / ".incoming" / "left") << "x";
  ASSERT_TRUE(open_local_storage(folder_));
  EXPECT_TRUE(fs::is_empty(folder_ / ".incoming"));
}

// STOR-10
TEST_F(LocalStorageTest, SidecarsAreNotListed) {
  put("/n/_files/b.sql", "select");
  put("/n/_files/dir/a.py", "");
  std::ofstream(folder_ / "main/n/_files/b.sql.metadata") << "{}";
  auto children = storage_->list("main", "/n/_files");
  ASSERT_TRUE(children);
  EXPECT_EQ(children->size(), 2U);
  EXPECT_EQ(storage_->all_by_prefix("main", "/n", false)->size(), 2U);
}

// STOR-10: the file and its format are those of other programs that use the folder.
TEST_F(LocalStorageTest, MetadataIsAStructOfIon) {
  auto sink = storage_->put("main", "/a/b", {{"description", "a \"b\""}, {"x", "1"}});
  ASSERT_TRUE(sink);
  ASSERT_TRUE((*sink)->finish());
  EXPECT_EQ(content("main/a/b.metadata"), R"({description:"a \"b\"",x:"1"})");
  EXPECT_TRUE(fs::is_empty(folder_ / ".incoming"));
  for (const std::string_view text :
       {"$ion_1_0 { description: 'x' , y : \"1\", z: null }\n", R"({"description":"x","y":"1"})"}) {
    std::ofstream(folder_ / "main/a/b.metadata") << text;
    EXPECT_EQ(storage_->attributes("main", "/a/b")->metadata, (Metadata{{"description", "x"}, {"y", "1"}})) << text;
  }
}

// STOR-10: files of folders in which the names were not kept free.
TEST_F(LocalStorageTest, AFileThatIsNotMetadataIsAnObject) {
  put("/a/x", "1");
  const std::string huge = "{a:\"" + std::string(100'000, 'x') + "\"}";
  for (const std::string& text : {std::string("rows: 3"), std::string("{a: 1}"), std::string("{a: {}}"),
                                  std::string("{}{}"), std::string(), std::string("\xff\0", 2), huge}) {
    std::ofstream(folder_ / "main/a/x.metadata") << text;
    EXPECT_EQ(get("/a/x.metadata"), text);
    EXPECT_EQ(storage_->attributes("main", "/a/x.metadata")->file_name, "x.metadata");
    EXPECT_TRUE(storage_->attributes("main", "/a/x")->metadata.empty());
    EXPECT_EQ(storage_->list("main", "/a")->size(), 2U);
    EXPECT_EQ(storage_->all_by_prefix("main", "/a", false)->size(), 2U);
    EXPECT_TRUE(*storage_->remove("main", "/a/x.metadata"));
    EXPECT_FALSE(*storage_->exists("main", "/a/x.metadata"));
  }
  // It stays when the name beside it begins to mean metadata, and when that goes again.
  std::ofstream(folder_ / "main/a/x.metadata") << "mine";
  put("/a/x", "2", {{"k", "v"}});
  EXPECT_EQ(get("/a/x.metadata"), "mine");
  EXPECT_EQ(storage_->attributes("main", "/a/x")->metadata, (Metadata{{"k", "v"}}));
  EXPECT_TRUE(*storage_->remove("main", "/a/x"));
  EXPECT_EQ(get("/a/x.metadata"), "mine");
  // Alone it is a file whatever is in it, and stays one.
  std::ofstream(folder_ / "main/a/alone.metadata") << "{k:\"v\"}";
  EXPECT_EQ(get("/a/alone.metadata"), "{k:\"v\"}");
  put("/a/alone", "new");
  EXPECT_EQ(get("/a/alone.metadata"), "{k:\"v\"}");
  EXPECT_TRUE(storage_->attributes("main", "/a/alone")->metadata.empty());
  // A folder is none, nor what a link leads to.
  fs::create_directories(folder_ / "main/a/f.metadata");
  std::ofstream(folder_ / "main/a/f.metadata/in") << "in";
  EXPECT_EQ(get("/a/f.metadata/in"), "in");
  put("/a/f", "3", {{"k", "v"}});
  EXPECT_EQ(get("/a/f.metadata/in"), "in");
  EXPECT_TRUE(*storage_->remove("main", "/a/f"));
  EXPECT_EQ(get("/a/f.metadata/in"), "in");
}

// STOR-10: a file that was there under the name of metadata is written and moved as any other.
TEST_F(LocalStorageTest, FilesOfOldNamesAreWrittenAndMoved) {
  put("/a/x", "1");
  std::ofstream(folder_ / "main/a/x.metadata") << "old";
  put("/a/x.metadata", "{k:\"v\"}");
  EXPECT_EQ(get("/a/x.metadata"), "{k:\"v\"}");
  EXPECT_FALSE(fs::exists(folder_ / "main/a/x.metadata"));
  EXPECT_TRUE(storage_->attributes("main", "/a/x")->metadata.empty());
  std::ofstream(folder_ / "main/a/y.metadata") << "old";
  ASSERT_TRUE(storage_->move("main", "/a/x", "/a/y.metadata"));
  EXPECT_EQ(get("/a/y.metadata"), "1");
  std::ofstream(folder_ / "main/a/z.metadata") << "z";
  ASSERT_TRUE(storage_->move("main", "/a/z.metadata", "/b/z"));
  EXPECT_EQ(get("/b/z"), "z");
  EXPECT_EQ(storage_->list("main", "/a")->size(), 2U);
}

// STOR-2, STOR-9
TEST_F(LocalStorageTest, AFinishedFileIsTakenOver) {
  const fs::path local = folder_ / "piece";
  std::ofstream(local) << "content";
  fs::permissions(local, fs::perms::owner_all);
  fs::last_write_time(local, fs::file_time_type::clock::now() - std::chrono::hours(1'000));
  struct stat before = {};
  ASSERT_EQ(::stat(local.c_str(), &before), 0);
  auto taken = storage_->take_over("main", "/new/folder/x", local);
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(*taken, "kestra:///new/folder/x");
  EXPECT_FALSE(fs::exists(local));
  struct stat after = {};
  ASSERT_EQ(::stat((folder_ / "main/new/folder/x").c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino) << "not copied";
  EXPECT_EQ(after.st_mode & 07777, 0644U);
  EXPECT_GT(after.st_mtim.tv_sec, before.st_mtim.tv_sec + 3'000'000) << "stored now";
  EXPECT_TRUE(fs::is_empty(folder_ / ".incoming"));
}

// STOR-2, STOR-9
TEST_F(LocalStorageTest, FilesThatOthersCouldWriteToAreNotMoved) {
  const fs::path local = folder_ / "piece";
  const auto stays = [&](std::string_view path, const fs::path& file) {
    auto taken = storage_->take_over("main", path, file);
    return taken && !taken->has_value() && fs::is_empty(folder_ / ".incoming") && !*storage_->exists("main", "/x");
  };
  EXPECT_TRUE(stays("/x", local)) << "not there";
  std::ofstream open(local);
  open << "half" << std::flush;
  EXPECT_TRUE(stays("/x", local)) << "somebody writes";
  EXPECT_EQ(content("piece"), "half");
  open.close();
  fs::create_hard_link(local, folder_ / "other");
  EXPECT_TRUE(stays("/x", local)) << "it has another name";
  fs::remove(folder_ / "other");
  fs::create_symlink(local, folder_ / "link");
  EXPECT_TRUE(stays("/x", folder_ / "link"));
  fs::create_directory(folder_ / "folder");
  EXPECT_TRUE(stays("/x", folder_ / "folder"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(stays("/x", folder_ / "pipe"));
  EXPECT_TRUE(stays("/y/", local));
  ASSERT_TRUE(storage_->create_directory("main", "/y"));
  EXPECT_TRUE(stays("/y", local));
  EXPECT_EQ(storage_->take_over("main", "/../x", local).error().code(), bad_storage_uri);
  EXPECT_EQ(content("piece"), "half");
}

// STOR-2
TEST_F(LocalStorageTest, WhatCannotBeTakenOverIsPutBack) {
  const fs::path local = folder_ / "piece";
  std::ofstream(local) << "content";
  put("/file", "1");
  auto taken = storage_->take_over("main", "/file/x", local);
  ASSERT_FALSE(taken) << "a file is no folder";
  EXPECT_EQ(content("piece"), "content");
  EXPECT_TRUE(fs::is_empty(folder_ / ".incoming"));
}

// STOR-4
TEST_F(LocalStorageTest, NothingLeadsOutOfTheFolder) {
  for (std::string_view path : {std::string_view("/../x"), std::string_view("/a/../../x"), std::string_view("x"),
                                std::string_view(""), std::string_view("/a\0b", 4)}) {
    EXPECT_EQ(storage_->get("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->put("main", path).error().code(), bad_storage_uri) << path;
    EXPECT_EQ(storage_->remove("main", path).error().code(), bad_storage_uri) << path;
  }
  EXPECT_EQ(storage_->get("main", "/" + std::string(5000, 'a')).error().code(), bad_storage_uri);
  for (std::string_view tenant : {"", "..", "a/b", ".incoming"})
    EXPECT_EQ(storage_->get(tenant, "/a").error().code(), bad_storage_uri);
  fs::create_directories(folder_ / "main");
  fs::create_directory_symlink("/etc", folder_ / "main/etc");
  EXPECT_EQ(storage_->get("main", "/etc/passwd").error().code(), bad_storage_uri);
  EXPECT_EQ(storage_->put("main", "/etc/gyr").error().code(), bad_storage_uri);
  EXPECT_EQ(storage_->put("main", "/folder/").error().code(), bad_storage_uri);
}

// STOR-4
TEST(StorageUri, OthersAreRefused) {
  EXPECT_EQ(*path_of_uri("kestra:///a/b c"), "/a/b c");
  EXPECT_EQ(*path_of_uri("kestra:/a"), "/a");
  EXPECT_TRUE(path_of_uri("").error().message().starts_with("Invalid internal storage uri"));
  EXPECT_TRUE(path_of_uri("/a").error().message().starts_with("Invalid internal storage uri"));
  EXPECT_TRUE(path_of_uri("kestra://host/a").error().message().starts_with("Invalid internal storage uri"));
  EXPECT_TRUE(path_of_uri("kestra:///a/../b").error().message().starts_with("Invalid internal storage uri"));
  EXPECT_TRUE(path_of_uri("https://x/a").error().message().starts_with("Invalid internal storage scheme"));
}

// STOR-6
TEST(StoragePaths, Slugs) {
  EXPECT_EQ(slug("My_Flow id"), "my-flow-id");
  EXPECT_EQ(slug("__a--b__"), "a-b");
  EXPECT_EQ(slug("Füße.v2"), "fuev2");
  EXPECT_EQ(slug("-"), "");
  EXPECT_EQ(slug(""), "");
}

// STOR-5, FLOW-32
TEST(StoragePaths, Layout) {
  base::Id execution = *base::Id::parse("2TLqqHrXC9k8BczKJe5djX");
  base::Id run = *base::Id::parse("1QqqHrXC9k8BczKJe5djXa");
  const std::string root = "/company/team/my-flow/executions/2TLqqHrXC9k8BczKJe5djX";
  EXPECT_EQ(execution_path("company.team", "my_flow", execution), root);
  EXPECT_EQ(input_path("company.team", "my_flow", execution, "in", "a.csv"), root + "/inputs/in/a.csv");
  EXPECT_EQ(task_run_path("company.team", "my_flow", execution, "A_task", run, "x"),
            root + "/tasks/a-task/" + run.to_text() + "/x");
  EXPECT_EQ(trigger_path("company.team", "my_flow", execution, "My_Poll", "x"),
            root + "/trigger/My_Poll/x");  // TRIG-145
  EXPECT_EQ(namespace_file_path("company.team", "/q/a.sql", 1), "/company/team/_files/q/a.sql");
  EXPECT_EQ(namespace_file_path("company.team", "q/a.sql", 3), "/company/team/_files/q/a.sql.v3");
  EXPECT_EQ(directory_cache_path("company.team", "flow", "My_Task", std::nullopt),
            "/company/team/flow/my-task/cache/cache.zip");
  EXPECT_EQ(directory_cache_path("company.team", "flow", "t", "The quick brown fox jumps over the lazy dog"),
            "/company/team/flow/t/cache/6c1b07bc7bbc4be347939ac4a93c437a/cache.zip")
      << "Murmur3 x64 128, as other programs count it";
  EXPECT_EQ(task_cache_path("company.team", "flow", "ab12"), "/company/team/flow/ab12/cache/cache.zip");
}

// STOR-34, EXPR-276
TEST(StorageAccess, ExecutionsReadTheirOwnAndFilesOfOthersExecutions) {
  base::Id execution = *base::Id::parse("2TLqqHrXC9k8BczKJe5djX");
  const auto may = [&](std::string_view path) { return execution_may_read(path, "a.b", "f", execution); };
  EXPECT_TRUE(may(execution_path("a.b", "f", execution) + "/tasks/t/1/x"));
  EXPECT_TRUE(may("/other/flow/executions/1/tasks/t/1/x"));
  EXPECT_TRUE(may("/a/b/_files/x"));
  EXPECT_FALSE(may("/other/_files/x"));
  EXPECT_FALSE(may("/other/_kv/executions/x"));
  EXPECT_FALSE(may("/a/b/f/x"));
}

// STOR-31: what counts is where a path leads, after links and `..`.
TEST(StorageAccess, FilesOfTheMachineAreReadBelowAllowedFolders) {
  namespace fs = std::filesystem;
  const fs::path root = fs::canonical(fs::temp_directory_path()) /
                        ("gyr-host-files-" + base::make_id(base::SystemClock().now()).to_text());
  for (const char* folder : {"allowed/sub", "own", "other", "allowed-not"}) fs::create_directories(root / folder);
  for (const char* file : {"allowed/sub/a b.txt", "own/w.txt", "other/secret.txt", "allowed-not/x.txt"})
    std::ofstream(root / file) << "x";
  fs::create_symlink(root / "other/secret.txt", root / "allowed/out");
  fs::create_symlink(root / "allowed", root / "link");
  const HostFiles rules{.allowed = {root / "link", root / "not-there"},
                        .allowed_of_types = {{"io.kestra.plugin.scripts", root / "other"}}};
  std::string_view type = "io.kestra.plugin.core.storage.Size";
  auto asked = [&](std::string_view path) {
    return host_file(rules, root / "own", type, "file://" + root.string() + std::string(path));
  };
  EXPECT_EQ(asked("/allowed/sub/a%20b.txt").value_or(""), root / "allowed/sub/a b.txt");
  EXPECT_EQ(asked("/link/sub/../sub/a b.txt").value_or(""), root / "allowed/sub/a b.txt");
  EXPECT_EQ(asked("/own/w.txt").value_or(""), root / "own/w.txt");
  for (std::string_view path :
       {"/other/secret.txt", "/other/none", "/allowed/out", "/allowed/../other/secret.txt",
        "/allowed/%2e%2e/other/secret.txt", "/allowed-not/x.txt", "/allowed/sub", "/own/../other/secret.txt"}) {
    auto refused = asked(path);
    ASSERT_FALSE(refused.has_value()) << path;
    EXPECT_EQ(refused.error().code(), host_file_refused) << path;
  }
  EXPECT_EQ(asked("/allowed/none.txt").error().code(), file_not_found);
  EXPECT_EQ(host_file(rules, {}, "", "file:relative").error().code(), bad_storage_uri);
  EXPECT_FALSE(host_file({}, {}, "", "file://" + (root / "own/w.txt").string()).has_value())
      << "nothing is allowed by itself";
  type = "io.kestra.plugin.scripts.shell.Commands";
  EXPECT_TRUE(asked("/other/secret.txt").has_value()) << "opened for these tasks";
  HostFiles closed = rules;
  closed.forbidden = {root / "link/sub", root / "own/w.txt", root / "not-there"};
  auto ask_closed = [&](std::string_view path) {
    return host_file(closed, root / "own", type, "file://" + root.string() + std::string(path));
  };
  for (std::string_view path : {"/allowed/sub/a%20b.txt", "/link/sub/a%20b.txt", "/own/w.txt"}) {  // SEC-42
    auto refused = ask_closed(path);
    ASSERT_FALSE(refused.has_value()) << path;
    EXPECT_EQ(refused.error().code(), host_file_refused) << path;
    EXPECT_NE(refused.error().message().find("forbidden-paths"), std::string::npos) << path;
  }
  EXPECT_TRUE(ask_closed("/other/secret.txt").has_value()) << "not below one of them";
  type = "io.kestra.plugin.scriptsother.X";
  EXPECT_FALSE(asked("/other/secret.txt").has_value());
  fs::remove_all(root);
}

// STOR-31
TEST(StorageAccess, TheRefusalOfAFileOfTheMachineNamesTheSetting) {
  const std::string said = host_file_refusal("file:///etc/passwd");
  EXPECT_NE(said.find("file:///etc/passwd"), std::string::npos);
  EXPECT_NE(said.find("kestra.local-files.allowed-paths"), std::string::npos);
}

}  // namespace
}  // namespace gyr::storage
