// The command line as main() sees it: main hands in what only it can make (principle: layers); the commands do the
// rest.
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
#include "executor/change_hub.h"
#include "executor/executor.h"
#include "executor/operator_holds.h"
#include "executor/starter.h"
#include "model/flow_parser.h"
#include "plugin/registry.h"
#include "storage/leading_slashes.h"
#include "storage/storage.h"
#include "store/store.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {

/// An engine in this process without a web server, for commands that run flows. Ends with stop() or with the object.
class LocalRuntime {
 public:
  virtual ~LocalRuntime() = default;
  virtual executor::Executor& executor() = 0;
  virtual executor::Starter& starter() = 0;
  virtual executor::ChangeHub& changes() = 0;
  virtual store::Store& store() = 0;
  virtual storage::Storage& storage() = 0;
  virtual const model::ParseOptions& parse_options() = 0;
  virtual const base::Clock& clock() = 0;
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

/// What a command asks of a LocalRuntime.
struct LocalOptions {
  std::string config_file;     ///< empty: none
  std::filesystem::path data;  ///< a folder; a temporary one is the caller's to remove
};

/// `gyr server local|standalone`.
struct ServerOptions {
  bool local = false;  ///< loopback, no login, everything in one folder
  std::string config_file;
  std::optional<uint16_t> port;
  std::optional<std::filesystem::path> data;
  std::vector<std::string> flow_paths;  ///< flows of these folders are loaded at start
  executor::IgnoreOptions ignore = {};  ///< what is left alone (CLI-33)
};

/// A storage of files without a server (`gyr storage …`).
struct OpenedStorage {
  std::shared_ptr<storage::Storage> storage;
  std::string name;  ///< two of one name are one
  std::function<base::Result<std::vector<std::string>>()> tenants;
  /// Moves objects of old keys (STOR-7); empty where the storage is none of objects. `kept` hears of keys that stay.
  std::function<base::Result<storage::LeadingSlashes>(bool dry_run, const std::function<void(std::string_view)>& kept)>
      drop_leading_slashes = {};
};

/// Whether a storage is to be read or to be written to.
enum class StorageUse : uint8_t { from, to };

/// What was found in a configuration file, or in a variable over it.
struct CheckedConfiguration {
  std::string name;  ///< of the file or the variable
  std::string text;  ///< what the places of the findings count in
  std::vector<syntax::Diagnostic> diagnostics;
};

/// What main() provides. Functions are called on the main thread.
struct Program {
  std::string version;
  std::string commit;
  std::string build_id;                             ///< of the linker; its symbols are in the file with the same id
  std::string allocator;                            ///< which serves `malloc`: base/memory.h
  std::span<const base::EmbeddedFile> error_pages;  ///< docs/errors
  /// Types of this installation; made on the first call, so that `--help` costs nothing.
  std::function<const plugin::Registry&()> registry;
  std::function<base::Result<std::unique_ptr<LocalRuntime>>(LocalOptions)> start_local;
  /// The storage of a folder, or the one that a configuration file (`.yml`, `.yaml`) names. A folder to write to is
  /// made.
  std::function<base::Result<OpenedStorage>(const std::string& place, StorageUse use)> open_storage;
  /// Findings in a configuration file of this text, with the variables of the environment over it.
  std::function<std::vector<CheckedConfiguration>(const std::string& name, std::string text)> check_configuration;
  /// All keys of the configuration: a list of {key, type, default, defaultText, values, limits, title,
  /// documentation, variable, required, secret, deprecated}, what does not apply left out.
  std::function<base::Value()> configuration_keys;
  /// A JSON Schema of the configuration file.
  std::function<base::Value()> configuration_schema;
  /// Serves until a signal; gives the exit code.
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

/// Parses the command line, runs the command, gives the exit code. Data goes to standard output, all else to standard
/// error.
int run(const Program& program, int argc, const char* const* argv);

}  // namespace gyr::cli
