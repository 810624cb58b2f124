// `gyr plugin test`: runs the recorded exchanges of a connector (PLUG-722), without a server and without a network.
#include <filesystem>

#include "cli/command.h"
#include "cli/errors.h"
#include "connectors/replay.h"

namespace gyr::cli {
namespace {

class PluginTest final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("FILE", file_, "connector in YAML; `-` reads standard input");
  }

  int run(Session& session) override {
    if (is_missing(file_)) {
      return session.fail(base::Error(wrong_usage, "FILE is missing").with_hint("name the YAML file of a connector"));
    }
    auto text = read_input(*file_, session.console);
    if (!text) return session.fail(text.error());
    base::Result<void> loaded;
    const auto results = connectors::replay(*file_, *text, &loaded);
    if (!loaded) return session.fail(loaded.error());
    size_t failed = 0;
    for (const auto& result : results) {
      const bool passed = result.problem.empty();
      failed += passed ? 0 : 1;
      session.console.out.write(fmt::format("{} {}: {}{}\n", passed ? "ok    " : "FAILED", result.type,
                                            printable(result.test), passed ? "" : ": " + printable(result.problem)));
    }
    session.console.out.write(fmt::format("{} tests, {} failed\n", results.size(), failed));
    return failed == 0 ? exit_ok : exit_failed;
  }

 private:
  std::optional<std::string> file_;
};

}  // namespace

std::unique_ptr<Command> make_plugin_test() { return std::make_unique<PluginTest>(); }

}  // namespace gyr::cli
