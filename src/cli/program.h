// The interface between main() and the command line: main passes what only it can construct (principle: layers).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/embed.h"
#include "base/error.h"
#include "cluster/change_hub.h"
#include "cluster/operator_holds.h"
#include "command/commands.h"
#include "intake/starter.h"
#include "model/flow_parser.h"
#include "plugin_api/registry.h"
#include "storage/leading_slashes.h"
#include "storage/storage.h"
#include "store/store.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {

/// An engine in this process without a web server, for commands that run flows. Ends with stop() or with the object.
class LocalRuntime {
 public:
  virtual ~LocalRuntime() = default;
  virtual executor::Commands& commands() = 0;
  virtual executor::Starter& starter() = 0;
  virtual executor::ChangeHub& changes() = 0;
  virtual store::Store& store() = 0;
  virtual storage::Storage& storage() = 0;
  virtual const model::ParseOptions& parse_options() = 0;
  virtual const base::Clock& clock() = 0;
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

/// Options of a LocalRuntime.
struct LocalOptions {
  std::string config_file;     ///< empty: none
  std::filesystem::path data;  ///< the data folder; the caller removes it if it is temporary
};

/// `gyr server local|standalone`.
struct ServerOptions {
  bool local = false;  ///< loopback, no login, everything in one folder
  std::string config_file;
  std::optional<uint16_t> port;
  std::optional<std::filesystem::path> data;
  std::vector<std::string> flow_paths;      ///< folders with flows to load at the start
  bool watches_flows = false;               ///< load these flows again when their files change
  std::optional<std::filesystem::path> ui;  ///< a pack of the web interface, instead of the one in the program
  executor::IgnoreOptions ignore = {};      ///< what the server ignores (CLI-33)
};

/// A storage of files without a server (`gyr storage …`).
struct OpenedStorage {
  std::shared_ptr<storage::Storage> storage;
  std::string name;  ///< two storages with the same name are the same
  std::function<base::Result<std::vector<std::string>>()> tenants;
  /// Renames old keys (STOR-7); empty if the storage is not an object store. `kept` is called for keys that are kept.
  std::function<base::Result<storage::LeadingSlashes>(bool dry_run, const std::function<void(std::string_view)>& kept)>
      drop_leading_slashes = {};
};

/// Whether a storage is read or written.
enum class StorageUse : uint8_t { from, to };

/// The findings in a configuration file, or in a variable that overrides it.
struct CheckedConfiguration {
  std::string name;  ///< of the file or the variable
  std::string text;  ///< the places of the findings refer to it
  std::vector<syntax::Diagnostic> diagnostics;
};

/// The functions that main() provides. They are called on the main thread.
struct Program {
  std::string version;
  std::string commit;
  std::string build_id;                             ///< set by the linker; the symbols are in the file with the same id
  std::string allocator;                            ///< the implementation of `malloc` (base/memory.h)
  std::span<const base::EmbeddedFile> error_pages;  ///< docs/errors
  /// The types of this installation; constructed on the first call, so that `--help` is fast.
  std::function<const plugin::Registry&()> registry;
  std::function<base::Result<std::unique_ptr<LocalRuntime>>(LocalOptions)> start_local;
  /// Opens the storage in a folder, or the one in a configuration file (`.yml`, `.yaml`). Creates a folder that is to
  /// be written.
  std::function<base::Result<OpenedStorage>(const std::string& place, StorageUse use)> open_storage;
  /// Checks the text of a configuration file, with the variables of the environment over it.
  std::function<std::vector<CheckedConfiguration>(const std::string& name, std::string text)> check_configuration;
  /// All keys of the configuration: a list of {key, type, default, defaultText, values, limits, title,
  /// documentation, variable, required, secret, deprecated}, without the members that do not apply.
  std::function<base::Value()> configuration_keys;
  /// A JSON Schema of the configuration file.
  std::function<base::Value()> configuration_schema;
  /// The configuration with its defaults, as a server with this file and the variables of the environment would use it.
  /// Secrets are replaced by stars. `file`: empty for none.
  std::function<base::Result<base::Value>(const std::string& file)> effective_configuration;
  /// The graph of a flow: `{nodes, edges, clusters}` of the REST API.
  std::function<base::Result<base::Value>(std::shared_ptr<const model::Flow> flow)> flow_graph;
  /// Runs a server until a signal; returns the exit code.
  std::function<int(ServerOptions)> run_server;
};

/// Exit codes of every command (principle: stable interfaces).
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,  ///< the run failed
  exit_usage = 2,
  exit_not_found = 3,
  exit_authentication = 4,
  exit_unreachable = 5,
  exit_interrupted = 130,
};

/// Parses the command line, runs the command and returns the exit code. Data goes to standard output, everything else
/// to standard error.
int run(const Program& program, int argc, const char* const* argv);

}  // namespace gyr::cli
