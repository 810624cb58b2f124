// The program `gyr`: constructs what only this module knows and passes it to the command line.
#include <charconv>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/edge.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/program.h"
#include "embedded/error_pages.h"
#include "engine/compiled_flow.h"
#include "main/build_id.h"
#include "main/config/keys.h"
#include "main/config/reader.h"
#include "main/runtime.h"
#include "main/self_check.h"
#include "main/serve.h"
#include "main/storage_settings.h"
#include "main/version.h"
#include "process/spawner.h"
#include "syntax/json.h"
#include "web/flows/flow_graph.h"

extern char** environ;

namespace {

using namespace gyr;

constexpr const char* own_program = "/proc/self/exe";

/// A Runtime in the form that commands which run flows use.
class OwnRuntime final : public cli::LocalRuntime {
 public:
  explicit OwnRuntime(std::unique_ptr<main::Runtime> runtime) : runtime_(std::move(runtime)) {}
  executor::Commands& commands() override { return runtime_->commands(); }
  executor::Starter& starter() override { return runtime_->starter(); }
  executor::ChangeHub& changes() override { return runtime_->changes(); }
  store::Store& store() override { return runtime_->store(); }
  storage::Storage& storage() override { return runtime_->storage(); }
  const model::ParseOptions& parse_options() override { return runtime_->parse_options(); }
  const base::Clock& clock() override { return runtime_->clock(); }
  void stop(std::chrono::milliseconds grace) override { runtime_->stop(grace); }

 private:
  std::unique_ptr<main::Runtime> runtime_;
};

const plugin::Registry& registry() {
  static const std::unique_ptr<const plugin::Registry> made = [] {
    auto types = std::make_unique<plugin::Registry>();
    main::register_types(*types);
    return types;
  }();
  return *made;
}

base::Result<std::unique_ptr<cli::LocalRuntime>> start_local(cli::LocalOptions options) {
  main::RuntimeOptions runtime;
  GYR_TRY(runtime.spawner, process::start_spawner(own_program));
  runtime.data = std::move(options.data);
  runtime.environment = environ;
  runtime.evaluates_triggers = false;
  GYR_TRY(runtime.settings, main::config::load(options.config_file, environ));
  GYR_TRY(auto made, main::Runtime::make(std::move(runtime)));
  GYR_CHECK(made->begin());
  return std::make_unique<OwnRuntime>(std::move(made));
}

/// The environment without configuration variables: each of two configuration files is used without overrides.
std::vector<const char*> environment_of_files() {
  std::vector<const char*> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    if (!text.starts_with("KESTRA_") && !text.starts_with("GYR_")) lines.push_back(*line);
  }
  lines.push_back(nullptr);
  return lines;
}

/// A storage and the objects that it uses, for as long as a command uses it.
struct StorageOfCommand {
  base::SystemClock clock;
  storage::Pauses pauses;
  std::unique_ptr<storage::s3::CredentialSource> credentials;
  std::unique_ptr<storage::Storage> storage;
};

base::Result<cli::OpenedStorage> open_storage(const std::string& place, cli::StorageUse use) {
  namespace fs = std::filesystem;
  const bool file = place.ends_with(".yml") || place.ends_with(".yaml");
  const auto environment = environment_of_files();
  GYR_TRY(const main::config::Settings settings, main::config::load(file ? place : "", environment.data()));
  const main::config::Storage& given = settings.kestra.storage;
  if (file && !given.type)
    return base::fail(main::bad_configuration, "`" + place + "` does not set `kestra.storage.type`");
  const storage::RetryRules rules = main::retry_rules(settings.kestra.retries);
  auto made = std::make_shared<StorageOfCommand>();
  const fs::path folder = file ? given.local.base_path.value_or("") : place;
  std::error_code error;
  if (use == cli::StorageUse::to && !folder.empty()) fs::create_directories(folder, error);
  if (error)
    return base::fail(main::bad_configuration,
                      "cannot create the folder `" + folder.string() + "`: " + error.message());
  GYR_TRY(auto opened, main::open_storage(given, {.folder = folder,
                                                  .environment = environment.data(),
                                                  .clock = made->clock,
                                                  .rules = rules,
                                                  .pauses = made->pauses,
                                                  .beside_a_server = true}));
  made->credentials = std::move(opened.credentials);
  made->storage = std::make_unique<storage::RetryingStorage>(std::move(opened.storage), rules, made->pauses);
  cli::OpenedStorage shared;
  shared.storage = std::shared_ptr<storage::Storage>(made, made->storage.get());
  shared.name = std::move(opened.name);
  shared.tenants = [made, tenants = std::move(opened.tenants)] { return tenants(); };
  if (opened.drop_leading_slashes) {
    shared.drop_leading_slashes = [made, drop = std::move(opened.drop_leading_slashes)](
                                      bool dry_run, const std::function<void(std::string_view)>& kept) {
      return drop(dry_run, kept);
    };
  }
  return shared;
}

std::vector<cli::CheckedConfiguration> check_configuration(const std::string& name, std::string text) {
  main::config::Reading reading =
      main::config::read_text(name, std::move(text), environ, main::config::Strictness::check);
  std::vector<cli::CheckedConfiguration> checked;
  for (auto& source : reading.sources)
    checked.push_back({std::move(source.name), std::move(source.text), std::move(source.diagnostics)});
  return checked;
}

base::Result<base::Value> effective_configuration(const std::string& file) {
  const main::config::Reading reading = main::config::read_file(file, environ);
  if (reading.failed()) return base::fail(reading.error());
  return main::config::effective_document(reading.given);
}

base::Result<base::Value> graph_of(std::shared_ptr<const model::Flow> flow) {
  auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", flow->namespace_, flow->id});
  GYR_TRY(auto compiled, engine::CompiledFlow::compile(std::move(flow), std::move(key), registry()));
  return syntax::parse_json(web::to_json(web::flow_graph({*compiled, registry()})));
}

/// `--spawner FD`: this process is the helper that starts processes (process/spawner.h).
std::optional<int> spawner_socket(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], "--spawner") != 0) return std::nullopt;
  int socket = -1;
  const char* end = argv[2] + std::strlen(argv[2]);
  auto [at, error] = std::from_chars(argv[2], end, socket);
  if (error != std::errc() || at != end || socket < 0) return std::nullopt;
  return socket;
}

/// GYR_TEST_THROW: a test of the server plans exceptions (base/edge.h). Called before the first thread starts.
bool plan_exceptions() {
  const char* plan = std::getenv("GYR_TEST_THROW");
  if (plan == nullptr) return true;
  if (auto planned = base::plan_exceptions(plan); !planned) {
    std::fputs(fmt::format("error: {}; {}\n", planned.error().message(), planned.error().hint()).c_str(), stderr);
    return false;
  }
  base::log::error("GYR_TEST_THROW is set: the program throws exceptions on purpose; use this only for tests");
  return true;
}

int run(int argc, char** argv) {
  const base::MonotonicTime began = base::monotonic_now();
  cli::Program program;
  program.version = main::version.number;
  program.commit = main::version.commit;
  program.build_id = main::build_id();
  program.allocator = base::allocator_name();
  program.error_pages = embedded::error_pages();
  program.registry = [] -> const plugin::Registry& { return registry(); };
  program.start_local = start_local;
  program.open_storage = open_storage;
  program.check_configuration = check_configuration;
  program.configuration_keys = main::config::keys_document;
  program.configuration_schema = main::config::schema_document;
  program.effective_configuration = effective_configuration;
  program.flow_graph = graph_of;
  program.run_server = [began](cli::ServerOptions options) {
    auto spawner = process::start_spawner(own_program);
    if (!spawner) {
      std::fputs(fmt::format("error: {}\n", spawner.error().message()).c_str(), stderr);
      return static_cast<int>(cli::exit_failed);
    }
    return main::serve(options, std::move(*spawner), began);
  };
  return cli::run(program, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  if (auto socket = spawner_socket(argc, argv)) return process::run_spawner(*socket);
  if (argc == 2 && std::strcmp(argv[1], "--self-check") == 0) return main::self_check();
  if (!plan_exceptions()) return cli::exit_usage;
  try {
    return run(argc, argv);
  } catch (const std::exception& exception) {
    std::fputs(
        fmt::format("error: unexpected error: {} [{}]\n", exception.what(), base::unexpected_exception.text).c_str(),
        stderr);
    return cli::exit_failed;
  }
}
