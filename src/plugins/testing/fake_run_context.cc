#include "plugins/testing/fake_run_context.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "expression/template.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::testing {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::unexpected<base::Error> refused(std::string message) {
  return base::fail(plugin::task_failed, std::move(message));
}

}  // namespace

FakeFiles::FakeFiles() {
  static std::atomic<int> count{0};
  root_ =
      fs::canonical(fs::temp_directory_path()) / fmt::format("gyr-fake-files-{}-{}", ::getpid(), count.fetch_add(1));
  fs::create_directories(root_ / "cache");
}

FakeFiles::~FakeFiles() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

base::Result<fs::path> FakeFiles::working_directory() {
  fs::create_directories(root_ / "work");
  return root_ / "work";
}

base::Result<fs::path> FakeFiles::resolve(std::string_view user_path) {
  fs::path given(user_path);
  bool climbs = std::any_of(given.begin(), given.end(), [](const fs::path& part) { return part == ".."; });
  if (given.empty() || given.is_absolute() || climbs) {
    return refused(fmt::format("`{}` leads out of the working directory", user_path));
  }
  GYR_TRY(fs::path directory, working_directory());
  return (directory / given).lexically_normal();
}

std::string FakeFiles::put(std::string name, std::string bytes) {
  std::string uri = "kestra:///files/" + name;
  stored[uri] = std::move(bytes);
  return uri;
}

base::Task<base::Result<std::string>> FakeFiles::store(fs::path local, std::string name) {
  if (!fs::is_regular_file(local)) co_return refused(fmt::format("`{}` is not a file", local.string()));
  std::string uri = put(std::move(name), bytes_of(local));
  fs::remove(local);  // STOR-9
  co_return uri;
}

base::Task<base::Result<std::string>> FakeFiles::store_bytes(std::string bytes, std::string name) {
  co_return put(std::move(name), std::move(bytes));
}

base::Task<base::Result<std::string>> FakeFiles::store_copy(fs::path local, std::string name) {
  if (!fs::is_regular_file(local)) co_return refused(fmt::format("`{}` is not a file", local.string()));
  co_return put(std::move(name), bytes_of(local));
}

base::Task<base::Result<std::optional<std::string>>> FakeFiles::copy(std::string uri, std::string name) {
  auto bytes = content_of(uri);
  if (bytes) co_return std::optional(put(std::move(name), *std::move(bytes)));
  if (bytes.error().message().starts_with("there is no file")) co_return std::optional<std::string>();
  co_return base::fail(bytes.error());
}

base::Result<std::string> FakeFiles::content_of(const std::string& uri) const {
  if (uri.starts_with("file://")) {
    return refused(fmt::format("`{}` is not allowed: see kestra.local-files.allowed-paths", uri));
  }
  const auto& files = uri.starts_with("nsfile://") ? namespace_files : stored;
  auto found = files.find(uri);
  if (found != files.end()) return found->second;
  if (uri.find("://") == std::string::npos)
    return refused(fmt::format("Invalid internal storage uri, got uri '{}'", uri));
  return refused(fmt::format("there is no file `{}`", uri));
}

base::Task<base::Result<void>> FakeFiles::fetch(std::string uri, fs::path local) {
  GYR_CO_TRY(std::string bytes, content_of(uri));
  co_return script::write_local_file(local, bytes);
}

base::Task<base::Result<std::string>> FakeFiles::read(std::string uri, size_t limit_bytes) {
  GYR_CO_TRY(std::string bytes, content_of(uri));
  if (bytes.size() > limit_bytes) co_return refused("too long");
  co_return bytes;
}

base::Task<base::Result<uint64_t>> FakeFiles::size(std::string uri) {
  GYR_CO_TRY(std::string bytes, content_of(uri));
  co_return bytes.size();
}

base::Task<base::Result<bool>> FakeFiles::remove(std::string uri) {
  if (!uri.starts_with("kestra://")) co_return refused(fmt::format("Invalid internal storage uri, got uri '{}'", uri));
  co_return stored.erase(uri) != 0;
}

base::Result<fs::path> FakeFiles::cache_directory() { return root_ / "cache"; }

base::Task<void> FakeFiles::on_pool(std::move_only_function<void()> work) {
  work();
  co_return;
}

FakeRunContext::FakeRunContext(base::Loop& loop, base::Value variables) : variables(std::move(variables)), loop_(loop) {
  settings.add("io.kestra.plugin.scripts.runner.docker.Docker", base::Value::map({{"host", base::Value::string("")}}));
  run_info.tenant = "main";
  run_info.namespace_ = "company.team";
  run_info.flow_id = "flow";
  run_info.task_id = "task";
}

base::Task<base::Result<base::Value>> FakeRunContext::render_value(const model::DynamicSource& source,
                                                                   base::Value extra, bool typed) {
  if (!source.is_set()) co_return base::Value();
  expression::ValueContext below(variables);
  expression::OverlayContext context(below, extra.is_map() ? extra : base::Value::empty_map());
  expression::Environment environment;
  environment.now = clock.now();
  const auto& value = source.value_template();
  expression::Outcome outcome = typed ? value.render_typed(context, environment) : value.render(context, environment);
  if (outcome.ok()) co_return outcome.value();
  if (outcome.failed()) co_return base::fail(outcome.error());
  co_return refused("the fake context answers no functions that ask the host");
}

void FakeRunContext::log(model::LogLevel level, std::string_view message) {
  logged.push_back({level, std::string(message)});
  if (on_log) on_log(level);
}

base::Task<void> FakeRunContext::log_room() {
  rooms += 1;
  co_return;
}

void FakeRunContext::metric(model::MetricType type, std::string_view name, double value, base::Value tags) {
  metrics.push_back({type, std::string(name), value, std::move(tags)});
}

void FakeRunContext::mask(std::string_view secret) { masked.emplace_back(secret); }

base::Task<base::Result<base::Value>> FakeRunContext::host_call(std::string_view function, base::Value arguments) {
  host_calls.emplace_back(function, arguments);
  if (!host) co_return base::fail(plugin::host_refused, fmt::format("nobody answers `{}`", function));
  co_return host(function, arguments);
}

std::vector<std::string> FakeRunContext::lines(model::LogLevel level) const {
  std::vector<std::string> found;
  for (const auto& line : logged) {
    if (line.level == level) found.push_back(line.message);
  }
  return found;
}

std::optional<double> FakeRunContext::metric_value(std::string_view name) const {
  std::optional<double> sum;
  for (const auto& metric : metrics) {
    if (metric.name == name) sum = sum.value_or(0) + metric.value;
  }
  return sum;
}

}  // namespace gyr::plugins::testing
