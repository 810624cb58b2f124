#include "cli/testing/run_command.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "engine/types.h"
#include "plugins/plugins.h"
#include "syntax/time.h"

namespace gyr::cli::testing {

const plugin::Registry& registry() {
  static const auto made = [] {
    auto types = std::make_unique<plugin::Registry>();
    engine::register_engine_types(*types);
    plugins::register_core_plugins(*types);
    plugins::register_script_plugins(*types);
    plugins::register_core_triggers(*types);
    plugins::register_core_conditions(*types);
    return types;
  }();
  return *made;
}

ServerOptions& last_server() {
  static ServerOptions options;
  return options;
}

size_t& engines_started() {
  static size_t count = 0;
  return count;
}

namespace {

/// The pages as the program embeds them: by name.
std::span<const base::EmbeddedFile> error_pages() {
  static std::deque<std::string> texts;
  static const std::vector<base::EmbeddedFile> pages = [] {
    const char* root = std::getenv("GYR_SOURCE_DIR");
    std::vector<base::EmbeddedFile> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root == nullptr ? "." : root) / "docs" / "errors")) {
      std::ifstream file(entry.path(), std::ios::binary);
      texts.emplace_back(entry.path().filename().string());
      std::string_view name = texts.back();
      texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      found.push_back({name, texts.back()});
    }
    std::ranges::sort(found, {}, &base::EmbeddedFile::name);
    return found;
  }();
  return pages;
}

}  // namespace

Program program() {
  Program program;
  program.version = "1.2.3";
  program.commit = "abc1234";
  program.build_id = "0f1e2d";
  program.allocator = "system";
  program.error_pages = error_pages();
  program.registry = []() -> const plugin::Registry& { return registry(); };
  program.start_local = [](LocalOptions) -> base::Result<std::unique_ptr<LocalRuntime>> {
    ++engines_started();
    return base::fail(base::ErrorCode{"GYR-TEST"}, "no engine in this test");
  };
  program.open_storage = [](const std::string&, StorageUse) -> base::Result<OpenedStorage> {
    return base::fail(base::ErrorCode{"GYR-TEST"}, "no storage in this test");
  };
  program.run_server = [](ServerOptions options) {
    last_server() = std::move(options);
    return 0;
  };
  return program;
}

Result run(std::vector<std::string> words, std::string_view input, std::string_view name) {
  return run_with(program(), std::move(words), input, name);
}

Result run_with(const Program& program, std::vector<std::string> words, std::string_view input, std::string_view name) {
  words.insert(words.begin(), std::string(name));
  BufferOutput out, err;
  int fd = ::memfd_create("input", MFD_CLOEXEC);
  EXPECT_EQ(::write(fd, input.data(), input.size()), static_cast<ssize_t>(input.size()));
  ::lseek(fd, 0, SEEK_SET);
  Console console{out, err, fd};
  base::VirtualClock clock(test_time());
  int code = run_in(program, console, clock, words);
  ::close(fd);
  return {code, out.text, err.text};
}

base::Instant test_time() { return *syntax::parse_instant("2024-03-01T10:00:00.123456Z"); }

}  // namespace gyr::cli::testing
