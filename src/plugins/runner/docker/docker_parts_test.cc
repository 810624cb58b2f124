// The parts of the Docker runner that need no engine: names, sizes, ports, frames, archives.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/text.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/docker/image_name.h"
#include "plugins/runner/docker/stream_frames.h"
#include "plugins/runner/docker/tar.h"
#include "plugins/script/python_packages.h"
#include "syntax/json.h"

namespace gyr::plugins::runner {
namespace {

namespace fs = std::filesystem;
using base::Value;

Value json(std::string_view text) { return *syntax::parse_json(text); }

TEST(ImageName, HasRegistryRepositoryAndTag) {  // RUNNER-21
  struct Case {
    std::string_view text, repository, tag, registry;
  };
  for (const Case& c :
       {Case{"ubuntu", "ubuntu", "latest", "docker.io"}, Case{"python:3.13-slim", "python", "3.13-slim", "docker.io"},
        Case{"team/tool:1", "team/tool", "1", "docker.io"},
        Case{"localhost/tool", "localhost/tool", "latest", "localhost"},
        Case{"127.0.0.1:5000/tool", "127.0.0.1:5000/tool", "latest", "127.0.0.1:5000"},
        Case{"Reg.example.com/a/b:2", "Reg.example.com/a/b", "2", "reg.example.com"},
        Case{"index.docker.io/library/x", "index.docker.io/library/x", "latest", "docker.io"},
        Case{"a/b:1@sha256:00ff", "a/b", "sha256:00ff", "docker.io"}}) {
    ImageName name = parse_image_name(c.text);
    EXPECT_EQ(name.repository, c.repository) << c.text;
    EXPECT_EQ(name.tag, c.tag) << c.text;
    EXPECT_EQ(name.registry, c.registry) << c.text;
  }
}

Value decoded(const std::string& header) {
  std::string text = header;
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return json(*base::base64_decode(text));
}

TEST(RegistryHeader, IsMadeOfCredentialsOrOfAConfig) {  // RUNNER-21
  ImageName image = parse_image_name("reg.example.com/tool");
  EXPECT_EQ(*registry_header(image, {}), "");
  RegistryAccess own{json(R"({"username": "u", "password": "p?>"})"), {}};
  EXPECT_EQ(decoded(*registry_header(image, own)),
            json(R"({"username": "u", "password": "p?>", "serveraddress": "reg.example.com"})"));
  EXPECT_EQ(decoded(*registry_header(parse_image_name("ubuntu"), own)).find("serveraddress")->text(),
            "https://index.docker.io/v1/");

  RegistryAccess other{json(R"({"registry": "https://other.example.com/v2/", "username": "u", "password": "p"})"),
                       json(R"({"auths": {"https://reg.example.com/v1/": {"auth": "dXNlcjpwYTpzcw=="}, "x": {}}})")};
  EXPECT_EQ(decoded(*registry_header(image, other)),
            json(R"({"username": "user", "password": "pa:ss", "serveraddress": "https://reg.example.com/v1/"})"))
      << "credentials of another registry are not shown to this one";
  EXPECT_EQ(decoded(*registry_header(parse_image_name("other.example.com/t"), other)).find("username")->text(), "u");

  RegistryAccess token{
      {}, Value::string(R"({"auths": {"index.docker.io": {"identitytoken": "t", "registrytoken": "r"}}})")};
  EXPECT_EQ(decoded(*registry_header(parse_image_name("ubuntu"), token)),
            json(R"({"identitytoken": "t", "registrytoken": "r", "serveraddress": "index.docker.io"})"));
  for (const Value& config : {Value::string("no json"), Value::string("[1]"), Value::integer(1)}) {
    EXPECT_EQ(registry_header(image, {{}, config}).error().code(),
              config.is_string() && config.text() == "no json" ? syntax::json_malformed : bad_docker_property);
  }
  EXPECT_EQ(registry_header(image, {json(R"({"auth": "bm9jb2xvbg=="})"), {}}).error().code(), bad_docker_property);
}

TEST(ContainerPlan, ReadsSizes) {
  EXPECT_EQ(*parse_size("512MB"), 512 << 20);
  EXPECT_EQ(*parse_size("2gb"), 2LL << 30);
  EXPECT_EQ(*parse_size(" 10 Kb "), 10 << 10);
  EXPECT_EQ(*parse_size("64m"), 64 << 20);
  EXPECT_EQ(*parse_size("1GiB"), 1 << 30);
  EXPECT_EQ(*parse_size("77"), 77);
  EXPECT_EQ(*parse_size("77B"), 77);
  EXPECT_EQ(*parse_size("-1"), -1);
  for (std::string_view bad : {"", "MB", "5XB", "1.5GB", "5MBB", "99999999999TB", "-2", "5 M B"}) {
    auto size = parse_size(bad);
    ASSERT_FALSE(size.has_value()) << bad;
    EXPECT_TRUE(size.error().message().starts_with(fmt::format("Invalid size with value '{}'", bad)))
        << size.error().message();
  }
}

TEST(ContainerPlan, ReadsPortBindings) {
  auto binding = [](std::string_view text) {
    auto parsed = parse_port_binding(text);
    return parsed ? parsed->first + " " + syntax::write_json(parsed->second) : parsed.error().code().text.data();
  };
  EXPECT_EQ(binding("80"), R"(80/tcp {"HostIp":"","HostPort":""})");
  EXPECT_EQ(binding("8080:80"), R"(80/tcp {"HostIp":"","HostPort":"8080"})");
  EXPECT_EQ(binding("127.0.0.1:8080:53/udp"), R"(53/udp {"HostIp":"127.0.0.1","HostPort":"8080"})");
  EXPECT_EQ(binding("[::1]:1:2"), R"(2/tcp {"HostIp":"::1","HostPort":"1"})");
  for (std::string_view bad : {"", "x", "1:x", "70000:80", "80/icmp", "a:b:c"})
    EXPECT_EQ(binding(bad), "GYR-P073") << bad;
}

TEST(ContainerPlan, NamesTheRunOnLabels) {  // RUNNER-4
  plugin::RunInfo info;
  info.namespace_ = "company.team";
  info.flow_id = std::string(62, 'f') + "--x";
  info.task_id = "t_";
  info.attempt = 3;
  info.resumed_attempt = 2;
  auto labels = run_labels(info, "kestra.io/");
  ASSERT_EQ(labels.size(), 6U);
  EXPECT_EQ(labels[0], std::pair(std::string("kestra.io/namespace"), std::string("company.team")));
  EXPECT_EQ(labels[1].second, std::string(62, 'f')) << "cut to 63, then without what may not end a label";
  EXPECT_EQ(labels[2], std::pair(std::string("kestra.io/task-id"), std::string("t")));
  EXPECT_EQ(labels[5], std::pair(std::string("kestra.io/taskrun-attempt"), std::string("2")));
}

TEST(StreamFrames, TakeTheStreamsApart) {
  std::string out, error;
  StreamFrames frames([&](bool is_stderr, std::string_view bytes) { (is_stderr ? error : out) += bytes; });
  std::string stream("\1\0\0\0\0\0\0\3abc\2\0\0\0\0\0\0\2xy\1\0\0\0\0\0\0\0\1\0\0\0\0\0\1\1", 37);
  stream += std::string(257, 'l');
  for (size_t at = 0; at < stream.size(); at += 5)
    ASSERT_TRUE(frames.feed(std::string_view(stream).substr(at, 5)).has_value());
  EXPECT_EQ(out, "abc" + std::string(257, 'l'));
  EXPECT_EQ(error, "xy");
  EXPECT_TRUE(frames.complete());
  EXPECT_FALSE(frames.feed("plain text").has_value()) << "a container with a terminal has no frames";
}

TEST(PythonVersion, IsReadFromTheImage) {  // SCRIPT-10
  EXPECT_EQ(script::python_version_of_image("python:3.12-slim"), "3.12");
  EXPECT_EQ(script::python_version_of_image("registry.example.com/python:3.11.4"), "3.11");
  EXPECT_EQ(script::python_version_of_image("python:3"), "3");
  EXPECT_EQ(script::python_version_of_image("python:slim"), std::nullopt);
  EXPECT_EQ(script::python_version_of_image("micropython:3.4"), std::nullopt);
  EXPECT_EQ(script::python_version_of_image("ubuntu"), std::nullopt);
}

// ---------------------------------------------------------------------------------------------- archives

class Tar : public ::testing::Test {
 protected:
  Tar() {
    fs::create_directories(from_);
    fs::create_directories(to_);
  }
  ~Tar() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  static fs::path make_root() {
    std::string name = (fs::temp_directory_path() / "gyr-tar-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  static void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static uint32_t mode(const fs::path& path) {
    struct stat status{};
    ::lstat(path.c_str(), &status);
    return status.st_mode & 07777;
  }
  /// An archive of single headers, as an attacker would write it.
  void archive_of(const std::vector<std::array<std::string, 3>>& entries) {  // name, type, link or content
    std::string bytes;
    for (const auto& [name, type, rest] : entries) {
      std::string block(512, '\0');
      const bool file = type == "0";
      block.replace(0, name.size(), name);
      block.replace(100, 7, "0000644");
      block.replace(124, 11, fmt::format("{:011o}", file ? rest.size() : 0));
      block.replace(156, 1, type);
      if (!file) block.replace(157, rest.size(), rest);
      block.replace(257, 8, std::string("ustar\00000", 8));
      block.replace(148, 8, "        ");
      uint32_t sum = 0;
      for (char byte : block) sum += static_cast<unsigned char>(byte);
      block.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
      bytes += block;
      if (file) bytes += rest + std::string((512 - rest.size() % 512) % 512, '\0');
    }
    write(archive_, bytes + std::string(1024, '\0'));
  }

  fs::path root_ = make_root();
  fs::path from_ = root_ / "from";
  fs::path to_ = root_ / "to";
  fs::path archive_ = root_ / "a.tar";
};

TEST_F(Tar, RoundTrip) {  // RUNNER-25: long names and modes
  std::string long_name = std::string(150, 'a') + "/" + std::string(200, 'b') + "/é.txt";
  write(from_ / "plain.txt", "plain");
  write(from_ / "empty", "");
  write(from_ / long_name, std::string(100'000, 'x'));
  write(from_ / "s" / "run.sh", "#!/bin/sh\n");
  fs::permissions(from_ / "s" / "run.sh", fs::perms(0751));
  fs::permissions(from_ / "s", fs::perms(0750));
  fs::create_symlink("plain.txt", from_ / "link");
  fs::create_symlink(std::string(120, 'l'), from_ / "long-link");
  fs::create_hard_link(from_ / "plain.txt", from_ / "other");

  // The archives of an engine start with the name of the folder: pack the parent folder.
  ASSERT_TRUE(pack_directory(root_ / "from", root_ / "sent.tar", {1000, 100}).has_value());
  fs::create_directories(root_ / "above");
  fs::rename(from_, root_ / "above" / "from");
  ASSERT_TRUE(pack_directory(root_ / "above", archive_, {}).has_value());
  write(to_ / "plain.txt", "to be replaced");
  auto unpacked = unpack_below(archive_, to_);
  ASSERT_TRUE(unpacked.has_value()) << unpacked.error().message();
  EXPECT_EQ(read(to_ / "plain.txt"), "plain");
  EXPECT_EQ(read(to_ / "other"), "plain");
  EXPECT_EQ(read(to_ / long_name), std::string(100'000, 'x'));
  EXPECT_TRUE(fs::is_empty(to_ / "empty"));
  EXPECT_EQ(mode(to_ / "s" / "run.sh"), 0751U);
  EXPECT_EQ(mode(to_ / "s"), 0750U);
  EXPECT_EQ(fs::read_symlink(to_ / "link"), "plain.txt");
  EXPECT_EQ(fs::read_symlink(to_ / "long-link"), std::string(120, 'l'));
}

TEST_F(Tar, NothingIsWrittenOutside) {
  write(root_ / "outside.txt", "safe");
  for (const std::vector<std::array<std::string, 3>>& entries :
       {std::vector<std::array<std::string, 3>>{{"w/../../outside.txt", "0", "evil"}},
        {{"w/l", "2", root_.string()}, {"w/l/outside.txt", "0", "evil"}},
        {{"w/l", "2", ".."}, {"w/l/outside.txt", "0", "evil"}},
        {{"w/h", "1", "w/../../outside.txt"}, {"w/h", "0", "evil"}}}) {
    archive_of(entries);
    EXPECT_FALSE(unpack_below(archive_, to_).has_value()) << entries.back()[0];
    EXPECT_EQ(read(root_ / "outside.txt"), "safe");
    fs::remove_all(to_);
    fs::create_directories(to_);
  }
  // A link is replaced, not written through.
  archive_of({{"w/l", "2", (root_ / "outside.txt").string()}, {"w/l", "0", "mine"}});
  ASSERT_TRUE(unpack_below(archive_, to_).has_value());
  EXPECT_EQ(read(root_ / "outside.txt"), "safe");
  EXPECT_EQ(read(to_ / "l"), "mine");
  // Devices and pipes are left out; an absolute name counts from the folder.
  archive_of({{"/w/abs", "0", "inside"}, {"w/pipe", "6", ""}, {"w/device", "3", ""}});
  ASSERT_TRUE(unpack_below(archive_, to_).has_value());
  EXPECT_EQ(read(to_ / "abs"), "inside");
  EXPECT_FALSE(fs::exists(to_ / "pipe"));
}

TEST_F(Tar, ADamagedArchiveIsAnError) {
  archive_of({{"w/a", "0", std::string(2000, 'a')}});
  std::string whole = read(archive_);
  for (std::string damaged :
       {whole.substr(0, 700), whole.substr(0, 100), "x" + whole.substr(1), std::string(600, 'x')}) {
    write(archive_, damaged);
    auto unpacked = unpack_below(archive_, to_);
    ASSERT_FALSE(unpacked.has_value());
    EXPECT_EQ(unpacked.error().code(), container_files);
  }
  EXPECT_EQ(unpack_below(root_ / "none.tar", to_).error().code(), container_files);
  EXPECT_EQ(pack_directory(root_ / "none", root_ / "x.tar", {}).error().code(), container_files);
}

}  // namespace
}  // namespace gyr::plugins::runner
