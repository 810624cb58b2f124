#include "cli/testing/run_command.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "connectors/connectors.h"
#include "engine/types.h"
#include "plugins/plugins.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::cli::testing {

const plugin::Registry& registry() {
  static const auto made = [] {
    auto types = std::make_unique<plugin::Registry>();
    engine::register_engine_types(*types);
    plugins::register_core_plugins(*types);
    plugins::register_script_plugins(*types);
    plugins::register_cli_plugins(*types);
    connectors::register_connectors(*types);
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
  program.check_configuration = [](const std::string& name, std::string text) {
    std::vector<CheckedConfiguration> checked;
    if (!text.contains("wrong")) return checked;
    checked.push_back({.name = name, .text = std::move(text), .diagnostics = {}});
    syntax::Diagnostic& found = checked.back().diagnostics.emplace_back();
    found.code = base::ErrorCode{"GYR-C001"};
    found.message = "a wrong key";
    return checked;
  };
  program.effective_configuration = [](const std::string& file) -> base::Result<base::Value> {
    if (file.ends_with("broken.yml"))
      return base::fail(base::ErrorCode{"GYR-C001"}, "the configuration cannot be used");
    return syntax::parse_json(
        R"({"micronaut":{"server":{"port":8080}},"kestra":{"server":{"basic-auth":{"password":"******"}}}})");
  };
  program.flow_graph = [](std::shared_ptr<const model::Flow> flow) -> base::Result<base::Value> {
    return syntax::parse_json(
        R"({"nodes":[{"uid":"start"},{"uid":"root.a","task":{"id":"a","type":"io.kestra.plugin.core.log.Log"}},)"
        R"({"uid":"root.Triggers.t","triggerDeclaration":{"id":"t \")" +
        flow->id +
        R"(\"","type":"x.Schedule"}}],"edges":[{"source":"root.Triggers.t","target":"start","relation":{"relationType":)"
        R"("SEQUENTIAL"}},{"source":"start","target":"root.a","relation":{"relationType":"CHOICE","value":"then"}}],)"
        R"("clusters":[{"cluster":{"uid":"cluster_root.a"},"nodes":["start","root.a"],"parents":[]}]})");
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

int run_on(Output& out, Output& err, std::vector<std::string> words) {
  words.insert(words.begin(), "gyr");
  Console console{out, err, -1};
  base::VirtualClock clock(test_time());
  return run_in(program(), console, clock, words);
}

base::Instant test_time() { return *syntax::parse_instant("2024-03-01T10:00:00.123456Z"); }

}  // namespace gyr::cli::testing
