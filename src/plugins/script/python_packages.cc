#include "plugins/script/python_packages.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;

/// Lines of the installer that are kept for the message of a failure.
constexpr size_t kept_lines = 50;

/// Directory of one set of packages: everything that decides what ends up in it.
std::string cache_key(const PythonRequest& request, std::string version) {
  std::vector<std::string> sorted = request.dependencies;
  std::sort(sorted.begin(), sorted.end());
  utsname platform{};
  ::uname(&platform);
  std::string text = fmt::format("{}\n{}\n{}\n{}", version + request.target_version.value_or(""),
                                 static_cast<const char*>(platform.sysname), static_cast<const char*>(platform.machine),
                                 fmt::join(sorted, "\n"));
  // Two independent halves of 64 bits: the chance of two sets meeting is nil.
  base::Value whole = base::Value::string(text);
  base::Value salted = base::Value::string("packages\n" + text);
  return base::Id{base::hash_of(whole), base::hash_of(salted)}.to_text();
}

/// Runs a program and collects its output.
struct Captured {
  int exit_code = 0;
  std::vector<std::string> lines;
};

base::Task<base::Result<Captured>> run_program(plugin::RunContext& context, std::vector<std::string> command,
                                               fs::path directory) {
  Captured captured;
  plugin::ProcessRequest request;
  request.command = std::move(command);
  request.directory = std::move(directory);
  request.environment = {{"PIP_ROOT_USER_ACTION", "ignore"}, {"PIP_DISABLE_PIP_VERSION_CHECK", "1"}};
  request.on_line = [&context, &captured](bool, std::string_view line) {
    std::string text = base::repair_utf8(line);
    context.log(model::LogLevel::debug, text);
    if (captured.lines.size() < kept_lines) captured.lines.push_back(std::move(text));
  };
  request.room = [&context] { return context.log_room(); };
  GYR_CO_TRY(auto exit, co_await context.processes()->run(std::move(request), context.cancel_token()));
  if (exit.killed)
    co_return base::fail(plugin::task_cancelled, "the task was cancelled while dependencies were installed");
  captured.exit_code = exit.exit_code;
  co_return captured;
}

std::vector<std::string> install_command(const PythonRequest& request, const fs::path& target) {
  std::vector<std::string> command;
  auto uv = request.prefer_uv ? find_program("uv") : std::nullopt;
  if (uv) {
    command = {uv->string(), "pip", "install", "--python", request.interpreter.string(), "--target", target.string()};
  } else {
    command = {
        request.interpreter.string(), "-m", "pip", "install", "--no-input", "--quiet", "--target", target.string()};
  }
  if (request.target_version) {
    command.insert(command.end(), {"--python-version", *request.target_version});
    command.insert(command.end(), {"--only-binary", ":all:"});
  }
  command.emplace_back("--");
  command.insert(command.end(), request.dependencies.begin(), request.dependencies.end());
  return command;
}

base::Task<base::Result<void>> install(plugin::RunContext& context, PythonRequest request, fs::path target) {
  GYR_CO_TRY(fs::path directory, context.files()->working_directory());
  context.log(model::LogLevel::info,
              fmt::format("Installing the Python dependencies {}", fmt::join(request.dependencies, ", ")));
  GYR_CO_TRY(Captured installed, co_await run_program(context, install_command(request, target), directory));
  if (installed.exit_code == 0) co_return base::Result<void>();
  co_return base::fail(
      base::Error(install_failed, fmt::format("cannot install the Python dependencies (exit code {}):\n{}",
                                              installed.exit_code, fmt::join(installed.lines, "\n")))
          .with_hint("run the same command with pip on the worker to see the details"));
}

}  // namespace

std::optional<fs::path> find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  for (std::string_view directory : base::split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':')) {
    if (directory.empty()) continue;
    fs::path file = fs::path(directory) / name;
    std::error_code error;
    if (fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

base::Result<fs::path> find_python(const std::optional<std::string>& version) {
  if (version) {
    bool plain = !version->empty() && std::all_of(version->begin(), version->end(), [](char character) {
      return (character >= '0' && character <= '9') || character == '.';
    });
    if (!plain)
      return base::fail(no_python, fmt::format("`pythonVersion` must be a version such as 3.12, not `{}`", *version));
    if (auto found = find_program("python" + *version)) return *found;
    return base::fail(
        base::Error(no_python, fmt::format("Python {} is not installed on the worker (no `python{}` in its PATH)",
                                           *version, *version))
            .with_hint("install it, or remove `pythonVersion` to use the installed version"));
  }
  for (std::string_view name : {"python", "python3"}) {
    if (auto found = find_program(name)) return *found;
  }
  return base::fail(
      base::Error(no_python, "Python is not installed on the worker (neither `python` nor `python3` in its PATH)")
          .with_hint("install python3, or run the task in a container"));
}

std::optional<std::string> python_version_of_image(std::string_view image) {
  const size_t at = image.rfind("python:");
  if (at == std::string_view::npos || (at > 0 && image[at - 1] != '/')) return std::nullopt;
  std::string_view tag = image.substr(at + 7);
  size_t length = 0;
  size_t dots = 0;
  for (; length < tag.size(); ++length) {
    const bool dot = tag[length] == '.';
    if (!dot && (tag[length] < '0' || tag[length] > '9')) break;
    if (dot && ++dots == 2) break;  // 3.12.4 installs what 3.12 does
  }
  while (length > 0 && tag[length - 1] == '.') --length;
  return length == 0 ? std::nullopt : std::optional<std::string>(tag.substr(0, length));
}

base::Task<base::Result<fs::path>> install_packages(plugin::RunContext& context, PythonRequest request) {
  GYR_CO_TRY(fs::path directory, context.files()->working_directory());
  std::string unique = base::make_id(context.now()).to_text();
  if (!request.cached) {
    fs::path target = directory / unique;
    GYR_CO_CHECK(co_await install(context, std::move(request), target));
    co_return target;
  }
  GYR_CO_TRY(Captured version, co_await run_program(context, {request.interpreter.string(), "-VV"}, directory));
  GYR_CO_TRY(fs::path cache, context.files()->cache_directory());
  fs::path packages = cache / ("python-" + cache_key(request, fmt::format("{}", fmt::join(version.lines, "\n"))));
  std::error_code error;
  if (fs::is_directory(packages, error)) co_return packages;
  fs::path partial = cache / ("python-" + unique + ".partial");
  auto installed = co_await install(context, std::move(request), partial);
  co_await context.files()->on_pool([&] {
    // Of two tasks that install the same at once, the first to finish wins; the other's copy goes away.
    if (installed) fs::rename(partial, packages, error);
    std::error_code ignored;
    fs::remove_all(partial, ignored);
  });
  GYR_CO_CHECK(installed);
  if (fs::is_directory(packages, error)) co_return packages;
  co_return base::fail(install_failed, fmt::format("cannot cache the Python dependencies in `{}`: {}",
                                                   packages.string(), error.message()));
}

}  // namespace gyr::plugins::script
