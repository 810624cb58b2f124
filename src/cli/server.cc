// `gyr server local|standalone` (CLI-30, CLI-32).
#include <charconv>
#include <filesystem>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/ignore_options.h"

namespace gyr::cli {
namespace {

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

/// The file of CLI-2 that counts where none is named, if it is there.
std::string default_config() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  std::filesystem::path file = std::filesystem::path(home) / ".kestra" / "config.yml";
  std::error_code error;
  return std::filesystem::is_regular_file(file, error) ? file.string() : std::string();
}

class ServerCommand final : public Command {
 public:
  explicit ServerCommand(bool local) : local_(local) {}

  void declare(Arguments& arguments) override {
    arguments.option("--port", "N", port_, "port of the interface, 0 for any that is free (default 8080)");
    arguments.option("--data", "DIR", data_, "folder with everything the server keeps");
    arguments.list("-f,--flow-path", "DIR", flow_paths_, "load the flows of these folders at the start");
    ignore_.declare(arguments);
    arguments.section("Options of old scripts");
    ignore_.declare_former(arguments);
    arguments.option("--worker-thread", "N", worker_threads_, "no effect but a warning: tasks are not threads here");
    arguments.flag("--no-tutorials", no_tutorials_, "no effect: no tutorial flows are loaded");
    arguments.flag("--no-indexer", no_indexer_, "no effect: nothing is indexed apart from the database");
  }

  int run(Session& session) override {
    ServerOptions options{.local = local_};
    if (port_) {
      options.port = parse_port(*port_);
      if (!options.port) {
        return session.fail(base::Error(wrong_usage, fmt::format("`{}` is no port", printable(*port_)))
                                .with_hint("a number from 0 to 65535, such as `--port 8080`"));
      }
    }
    if (data_) options.data = *data_;
    for (const std::string& folder : flow_paths_) {
      std::error_code error;
      if (!std::filesystem::is_directory(folder, error)) {
        return session.fail(base::Error(no_such_file, fmt::format("there is no folder `{}`", printable(folder)))
                                .with_hint("`--flow-path` names a folder with flows"));
      }
    }
    options.flow_paths = flow_paths_;
    if (auto ignore = ignore_.read(); ignore) {
      options.ignore = *std::move(ignore);
    } else {
      return session.fail(ignore.error());
    }
    if (worker_threads_)
      session.warn(
          "`--worker-thread` has no effect: `kestra.worker.max-num-threads` bounds the processes that run at once");
    if (auto found = find_config(session); found) {
      options.config_file = std::move(*found);
    } else {
      return session.fail(found.error());
    }
    return session.program.run_server(std::move(options));
  }

 private:
  /// A file that is named and not there is a mistake; called as `kestra` it is ignored, as there (CLI-2).
  static base::Result<std::string> find_config(Session& session) {
    if (!session.common.config) return default_config();
    std::error_code error;
    if (std::filesystem::exists(*session.common.config, error)) return *session.common.config;
    std::string message = fmt::format("there is no configuration file `{}`", printable(*session.common.config));
    if (!session.as_kestra)
      return base::fail(
          base::Error(no_such_file, std::move(message)).with_hint("check the path, or leave `--config` out"));
    session.warn(message + ": the defaults hold");
    return std::string();
  }

  bool local_;
  std::optional<std::string> port_, data_, worker_threads_;
  std::vector<std::string> flow_paths_;
  IgnoreArguments ignore_;
  bool no_tutorials_ = false, no_indexer_ = false;
};

}  // namespace

std::unique_ptr<Command> make_server_local() { return std::make_unique<ServerCommand>(true); }
std::unique_ptr<Command> make_server_standalone() { return std::make_unique<ServerCommand>(false); }

}  // namespace gyr::cli
