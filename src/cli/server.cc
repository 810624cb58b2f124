// `gyr server local|standalone` and `gyr dev` (CLI-30, CLI-32).
#include <charconv>
#include <filesystem>

#include "cli/command.h"
#include "cli/config_file.h"
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

enum class ServerKind : uint8_t { local, standalone, dev };

class ServerCommand final : public Command {
 public:
  explicit ServerCommand(ServerKind kind) : kind_(kind) {}

  void declare(Arguments& arguments) override {
    if (kind_ == ServerKind::dev)
      arguments.optional_positional("DIR", folder_, "folder with the flows (default: the current folder)");
    arguments.option("--port", "N", port_, "port to listen on; 0 selects a free port (default: 8080)");
    arguments.option("--data", "DIR", data_, "folder for all data of the server (default: .gyr)");
    if (kind_ != ServerKind::dev)
      arguments.list("-f,--flow-path", "DIR", flow_paths_, "load the flows in these folders at the start");
    arguments.option("--ui", "FILE", ui_,
                     "serve the web interface from this file instead of the built-in one; `./dev "
                     "ui` creates such a file");
    if (kind_ == ServerKind::dev) return;
    ignore_.declare(arguments);
    arguments.section("Options for compatibility");
    ignore_.declare_former(arguments);
    arguments.option("--worker-thread", "N", worker_threads_, "without effect: tasks are not threads");
    arguments.flag("--no-tutorials", no_tutorials_, "without effect: there are no tutorial flows");
    arguments.flag("--no-indexer", no_indexer_, "without effect: there is no separate indexer");
    arguments.list("--start-executors", "ID", start_executors_, "without effect: one executor handles all executions");
    arguments.list("--not-start-executors", "ID", not_start_executors_, "without effect, like --start-executors");
  }

  int run(Session& session) override {
    ServerOptions options{.local = kind_ != ServerKind::standalone};
    if (kind_ == ServerKind::dev) {
      options.watches_flows = true;
      flow_paths_.push_back(folder_.value_or("."));
    }
    if (port_) {
      options.port = parse_port(*port_);
      if (!options.port) {
        return session.fail(
            base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--port`", printable(*port_)))
                .with_hint("use a number from 0 to 65535, such as `--port 8080`"));
      }
    }
    if (data_) options.data = *data_;
    if (ui_) options.ui = *ui_;
    for (const std::string& folder : flow_paths_) {
      std::error_code error;
      if (!std::filesystem::is_directory(folder, error)) {
        return session.fail(base::Error(no_such_file, fmt::format("folder `{}` does not exist", printable(folder)))
                                .with_hint(kind_ == ServerKind::dev ? "DIR must be a folder with flows"
                                                                    : "`--flow-path` must be a folder with flows"));
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
          "`--worker-thread` has no effect; set `kestra.worker.max-num-threads` to limit the number of processes");
    if (auto found = find_config(session); found) {
      options.config_file = std::move(*found);
    } else {
      return session.fail(found.error());
    }
    return session.program.run_server(std::move(options));
  }

 private:
  /// It is an error if the given file does not exist. If the program is called as `kestra`, it is only a warning
  /// (CLI-2).
  static base::Result<std::string> find_config(Session& session) {
    if (!session.common.config) return default_config();
    std::error_code error;
    if (std::filesystem::exists(*session.common.config, error)) return *session.common.config;
    std::string message = fmt::format("configuration file `{}` does not exist", printable(*session.common.config));
    if (!session.as_kestra)
      return base::fail(base::Error(no_such_file, std::move(message)).with_hint("check the path, or omit `--config`"));
    session.warn(message + "; using the defaults");
    return std::string();
  }

  ServerKind kind_;
  std::optional<std::string> folder_, port_, data_, ui_, worker_threads_;
  std::vector<std::string> flow_paths_, start_executors_, not_start_executors_;
  IgnoreArguments ignore_;
  bool no_tutorials_ = false, no_indexer_ = false;
};

}  // namespace

std::unique_ptr<Command> make_server_local() { return std::make_unique<ServerCommand>(ServerKind::local); }
std::unique_ptr<Command> make_server_standalone() { return std::make_unique<ServerCommand>(ServerKind::standalone); }
std::unique_ptr<Command> make_dev() { return std::make_unique<ServerCommand>(ServerKind::dev); }

}  // namespace gyr::cli
