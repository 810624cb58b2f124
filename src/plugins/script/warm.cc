#include "plugins/script/warm.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/assert.h"
#include "base/embed.h"
#include "base/id.h"
#include "base/text.h"
#include "embedded/script_starters.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;
using Variables = std::vector<std::pair<std::string, std::string>>;

/// A variable as the interpreter will see it.
std::string_view variable(const Variables& environment, const char* name) {
  for (auto at = environment.rbegin(); at != environment.rend(); ++at) {
    if (at->first == name) return at->second;
  }
  const char* inherited = std::getenv(name);
  return inherited == nullptr ? std::string_view() : inherited;
}

/// Whether all folders of such a list mean the same in every working directory.
bool all_absolute(std::string_view list) {
  if (list.empty()) return true;
  for (std::string_view folder : base::split(list, ':')) {
    if (!folder.starts_with('/')) return false;
  }
  return true;
}

/// Whether the file is a program of the machine. Launchers that are scripts choose by the working directory (pyenv,
/// nvm).
bool is_machine_program(const fs::path& file) {
  int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  char head[4] = {};
  ssize_t count = ::read(descriptor, head, sizeof(head));
  ::close(descriptor);
  return count == 4 && std::string_view(head, 4) ==
                           "\x7f"
                           "ELF";
}

/// Whether a shell would find a program of the machine under this name. Blocking.
bool finds_program(const Variables& environment, std::string_view name) {
  std::string_view path = variable(environment, "PATH");
  if (path.empty() || !all_absolute(path)) return false;
  for (std::string_view folder : base::split(path, ':')) {
    fs::path file = fs::path(folder) / name;
    std::error_code error;
    if (fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) return is_machine_program(file);
  }
  return false;
}

bool all_absolute(const Variables& environment, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const char* name) { return all_absolute(variable(environment, name)); });
}

/// The starter as a file that all workers of this version share.
base::Result<fs::path> starter_file(plugin::RunContext& context, std::string_view name) {
  GYR_TRY(fs::path cache, context.files()->cache_directory());
  std::string_view text = starter(name);
  fs::path file = cache / fmt::format("starter-{:016x}-{}", base::hash_of(base::Value::string(text)), name);
  std::error_code error;
  if (fs::file_size(file, error) == text.size() && !error) return file;
  // Beside, then renamed: another task may be reading it just now.
  fs::path fresh = cache / base::make_id(context.now()).to_text();
  GYR_CHECK(write_local_file(fresh, text));
  fs::rename(fresh, file, error);
  if (error)
    return base::fail(bad_file, fmt::format("cannot create the file `{}`: {}", file.string(), error.message()));
  return file;
}

}  // namespace

std::string_view starter(std::string_view name) {
  const base::EmbeddedFile* file = base::find_embedded(embedded::script_starters(), name);
  GYR_ASSERT(file != nullptr);
  return file->content;
}

base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm_python(plugin::RunContext& context,
                                                                             const Variables& environment) {
  bool safe =
      all_absolute(environment, {"PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH", "LD_PRELOAD"});
  if (safe) co_await context.files()->on_pool([&] { safe = finds_program(environment, "python"); });
  if (!safe) co_return std::nullopt;
  plugin::WarmInterpreter interpreter;
  interpreter.command = {"/bin/sh", "-c",
                         R"(exec python -c 'exec(__import__("posix").read(3, 65536), {"__name__": "gyr_starter"})')"};
  interpreter.starter = starter("python.py");
  interpreter.copies_itself = true;
  co_return interpreter;
}

base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm_node(plugin::RunContext& context,
                                                                           const Variables& environment) {
  bool safe = variable(environment, "NODE_OPTIONS").empty() &&
              all_absolute(environment, {"NODE_PATH", "LD_LIBRARY_PATH", "LD_PRELOAD"});
  base::Result<fs::path> file;
  if (safe) {
    co_await context.files()->on_pool([&] {
      safe = finds_program(environment, "node");
      if (safe) file = starter_file(context, "node.js");
    });
  }
  if (!safe) co_return std::nullopt;
  GYR_CO_CHECK(file);
  plugin::WarmInterpreter interpreter;
  // The path is not quoted: as an argument it may contain any character.
  interpreter.command = {"/bin/sh", "-c", R"(exec node --require "$0" gyr-script)", file->string()};
  co_return interpreter;
}

}  // namespace gyr::plugins::script
