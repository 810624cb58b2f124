// io.kestra.plugin.scripts.python.{Commands,Script} (SCRIPT-10)
#include "plugin_api/render.h"
#include "plugins/script/languages.h"
#include "plugins/script/python_packages.h"
#include "plugins/script/script_tasks.h"
#include "plugins/script/warm.h"

namespace gyr::plugins::script {

enum class PackageManager : uint8_t { uv, pip };

}  // namespace gyr::plugins::script

namespace gyr::model {

template <>
struct EnumNames<plugins::script::PackageManager> {
  static std::span<const std::pair<std::string_view, plugins::script::PackageManager>> names() {
    using plugins::script::PackageManager;
    static constexpr std::pair<std::string_view, PackageManager> all[] = {{"UV", PackageManager::uv},
                                                                          {"PIP", PackageManager::pip}};
    return all;
  }
  static std::string_view type_name() { return "io.kestra.plugin.scripts.python.internals.PackageManagerType"; }
};

}  // namespace gyr::model

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr LanguageFacts python{.name = "python",
                               .title = "Python",
                               .image = "python:3.13-slim",
                               .suffix = ".py",
                               .launcher = "python ",
                               .example = "print(\"Hello from {{ flow.id }}\")"};

struct PythonProperties : ScriptProperties {
  model::Dynamic<std::vector<std::string>> dependencies;
  model::Dynamic<std::string> python_version;
  model::Dynamic<PackageManager> package_manager;
  model::Dynamic<bool> dependency_cache_enabled;
};

/// The Python of one task. It is in the frame of the task's run.
class Python final : public ScriptLanguage {
 public:
  explicit Python(const PythonProperties& properties) : properties_(properties) {}

  std::string_view suffix() const override { return python.suffix; }
  std::string command(std::string_view script_file) const override { return fmt::format("python {}", script_file); }

  /// Makes `python` mean the right interpreter, for scripts and for commands alike, and installs the dependencies.
  base::Task<base::Result<void>> prepare(plugin::RunContext& context, Additions* additions) const override {
    auto& environment = additions->environment;
    environment.emplace_back("PYTHONUNBUFFERED", "true");
    environment.emplace_back("PIP_ROOT_USER_ACTION", "ignore");
    environment.emplace_back("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    GYR_CO_TRY(auto version, co_await context.render(properties_.python_version));
    GYR_CO_TRY(auto dependencies, co_await context.render(properties_.dependencies));
    bool install = dependencies && !dependencies->empty();
    if (!additions->on_worker) {
      if (!install) co_return base::Result<void>();
      if (!version) version = python_version_of_image(additions->image);
      co_return co_await install_for_container(context, additions, *std::move(dependencies), version.value_or("3.13"));
    }
    if (!install && !version && find_program("python")) co_return base::Result<void>();
    auto interpreter = find_python(version);
    if (!interpreter) {
      // Commands may well do without Python.
      if (!install && !version) co_return base::Result<void>();
      co_return base::fail(interpreter.error());
    }
    std::string path;
    if (install) {
      GYR_CO_TRY(auto manager, co_await context.render(properties_.package_manager));
      GYR_CO_TRY(auto cached, co_await context.render(properties_.dependency_cache_enabled));
      PythonRequest request{*interpreter, *std::move(dependencies),
                            manager.value_or(PackageManager::uv) == PackageManager::uv, cached.value_or(true)};
      GYR_CO_TRY(fs::path packages, co_await install_packages(context, std::move(request)));
      additions->own.insert(packages);
      additions->installed = true;
      environment.emplace_back("PYTHONPATH", packages.string());
      path = (packages / "bin").string() + ":";
    }
    if (interpreter->filename() != "python") {
      GYR_CO_TRY(fs::path directory, make_python_link(context, *interpreter));
      path += directory.string() + ":";
    }
    const char* inherited = std::getenv("PATH");
    if (!path.empty()) environment.emplace_back("PATH", path + (inherited == nullptr ? "/usr/bin:/bin" : inherited));
    co_return base::Result<void>();
  }

  base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> warm(plugin::RunContext& context,
                                                                        const Environment& environment) const override {
    co_return co_await warm_python(context, environment);
  }

 private:
  /// Packages for the Python of a container, put into the working directory, which goes with it (SCRIPT-10).
  base::Task<base::Result<void>> install_for_container(plugin::RunContext& context, Additions* additions,
                                                       std::vector<std::string> dependencies,
                                                       std::string version) const {
    GYR_CO_TRY(fs::path interpreter, find_python(std::nullopt));
    GYR_CO_TRY(auto manager, co_await context.render(properties_.package_manager));
    GYR_CO_TRY(auto cached, co_await context.render(properties_.dependency_cache_enabled));
    PythonRequest request{interpreter, std::move(dependencies),
                          manager.value_or(PackageManager::uv) == PackageManager::uv, cached.value_or(true),
                          std::move(version)};
    GYR_CO_TRY(fs::path packages, co_await install_packages(context, std::move(request)));
    GYR_CO_TRY(fs::path directory, context.files()->working_directory());
    if (packages.parent_path() != directory) {
      fs::path copy = directory / packages.filename();
      std::error_code error;
      co_await context.files()->on_pool([&] {
        fs::copy(packages, copy,
                 fs::copy_options::recursive | fs::copy_options::copy_symlinks | fs::copy_options::skip_existing,
                 error);
      });
      if (error)
        co_return base::fail(install_failed,
                             fmt::format("cannot copy the packages to `{}`: {}", copy.string(), error.message()));
      packages = copy;
    }
    additions->own.insert(packages);
    additions->environment.emplace_back("PYTHONPATH", packages.string());
    co_return base::Result<void>();
  }

  /// A directory for PATH that holds nothing but `python`, a link to this interpreter.
  static base::Result<fs::path> make_python_link(plugin::RunContext& context, const fs::path& interpreter) {
    GYR_TRY(fs::path cache, context.files()->cache_directory());
    fs::path directory = cache / ("bin-" + interpreter.filename().string());
    fs::path link = directory / "python";
    std::error_code error;
    fs::create_directories(directory, error);
    if (fs::read_symlink(link, error) == interpreter) return directory;
    // Beside, then renamed: another task may be starting the old link just now.
    fs::path fresh = directory / base::make_id(context.now()).to_text();
    fs::create_symlink(interpreter, fresh, error);
    if (!error) fs::rename(fresh, link, error);
    if (!error) return directory;
    return base::fail(no_python, fmt::format("cannot create the link `{}`: {}", link.string(), error.message()));
  }

  const PythonProperties& properties_;
};

template <class Builder>
void describe_python(Builder& builder) {
  using P = PythonProperties;
  builder
      .property("dependencies", &P::dependencies,
                {.title = "Packages to install before the run, as pip requirements",
                 .documentation = "They are installed once for each combination of packages, Python version and "
                                  "platform, and then cached.",
                 .group = "execution"})
      .property("pythonVersion", &P::python_version,
                {.title = "Python version, such as `3.12`",
                 .documentation = "The default is the version of the worker.",
                 .group = "execution"})
      .property("packageManager", &P::package_manager,
                {.title = "Package manager that installs the dependencies",
                 .documentation = "If uv is not installed, `UV` uses pip.",
                 .default_value = Value::string("UV"),
                 .group = "execution"})
      .property("dependencyCacheEnabled", &P::dependency_cache_enabled,
                {.title = "Whether to cache installed dependencies",
                 .default_value = Value::boolean(true),
                 .group = "execution"});
  describe_shared(builder, python.image, default_interpreter(python));
}

struct PythonCommands : PythonProperties {
  model::Dynamic<std::vector<std::string>> commands;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    Python language(*this);
    co_return co_await run_script(context, *this, language, {.commands = &commands});
  }
};

struct PythonScript : PythonProperties {
  model::Dynamic<std::string> script;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    Python language(*this);
    co_return co_await run_script(context, *this, language, {.script = &script});
  }
};

}  // namespace

plugin::TaskType python_commands_task() {
  return plugin::task_type<PythonCommands>(type_name(python, "Commands"))
      .title("Runs Python programs and other commands")
      .trait(plugin::Trait::killable)
      .property("commands", &PythonCommands::commands,
                {.title = "Commands to run, in order", .required = true, .group = "main"})
      .with([](auto& builder) { describe_python(builder); })
      .example("Runs a namespace file", R"(id: load
type: io.kestra.plugin.scripts.python.Commands
namespaceFiles:
  enabled: true
commands:
  - python load.py
)")
      .build();
}

plugin::TaskType python_script_task() {
  return plugin::task_type<PythonScript>(type_name(python, "Script"))
      .title("Runs a Python script")
      .documentation(
          "A script sets outputs with lines of the form `::{\"outputs\":{…}}::`. The Python package `kestra` writes "
          "such lines.")
      .trait(plugin::Trait::killable)
      .property("script", &PythonScript::script, {.title = "Script to run", .required = true, .group = "main"})
      .with([](auto& builder) {
        describe_python(builder);
        describe_warm(builder);
      })
      .example("Sets an output", R"(id: count
type: io.kestra.plugin.scripts.python.Script
script: |
  import json
  print("::" + json.dumps({"outputs": {"rows": 42}}) + "::")
)")
      .build();
}

}  // namespace gyr::plugins::script
