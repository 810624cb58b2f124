// A RunContext for tests: it records everything that a task does.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin_api/plugin_settings.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::testing {

/// Files in a temporary directory that goes away with the object. `kestra://` addresses name files of `stored`,
/// `nsfile://` ones those of `namespace_files`; `file://` is refused as on a worker without allowed paths.
class FakeFiles final : public plugin::Files {
 public:
  FakeFiles();
  FakeFiles(const FakeFiles&) = delete;
  FakeFiles& operator=(const FakeFiles&) = delete;
  ~FakeFiles() override;

  base::Result<std::filesystem::path> working_directory() override;
  base::Result<std::filesystem::path> resolve(std::string_view user_path) override;
  base::Task<base::Result<std::string>> store(std::filesystem::path local, std::string name) override;
  base::Task<base::Result<std::string>> store_bytes(std::string bytes, std::string name) override;
  base::Task<base::Result<std::string>> store_copy(std::filesystem::path local, std::string name) override;
  base::Task<base::Result<std::optional<std::string>>> copy(std::string uri, std::string name) override;
  base::Task<base::Result<void>> fetch(std::string uri, std::filesystem::path local) override;
  base::Task<base::Result<std::string>> read(std::string uri, size_t limit_bytes) override;
  base::Task<base::Result<uint64_t>> size(std::string uri) override;
  base::Task<base::Result<bool>> remove(std::string uri) override;
  base::Result<std::filesystem::path> cache_directory() override;
  base::Task<void> on_pool(std::move_only_function<void()> work) override;

  /// Puts a file into storage and gives its address.
  std::string put(std::string name, std::string bytes);

  std::map<std::string, std::string> stored;           ///< address to content
  std::map<std::string, std::string> namespace_files;  ///< `nsfile://…` to content

 private:
  base::Result<std::string> content_of(const std::string& uri) const;
  std::filesystem::path root_;
};

/// One line that the task under test logged.
struct LoggedLine {
  model::LogLevel level;
  std::string message;
  friend bool operator==(const LoggedLine&, const LoggedLine&) = default;
};

/// One metric that the task under test gave.
struct GivenMetric {
  model::MetricType type;
  std::string name;
  double value;
  base::Value tags;
};

/// Renders with the real expression language over a plain map; everything else is recorded or scripted.
class FakeRunContext : public plugin::RunContext {
 public:
  explicit FakeRunContext(base::Loop& loop, base::Value variables = base::Value::empty_map());

  const plugin::RunInfo& info() const override { return run_info; }
  base::Task<base::Result<base::Value>> render_value(const model::DynamicSource& source, base::Value extra,
                                                     bool typed) override;
  void log(model::LogLevel level, std::string_view message) override;
  base::Task<void> log_room() override;
  void metric(model::MetricType type, std::string_view name, double value, base::Value tags) override;
  void mask(std::string_view secret) override;
  base::Task<base::Result<base::Value>> host_call(std::string_view function, base::Value arguments) override;
  base::Value plugin_setting(std::string_view type, std::string_view key) const override {
    return settings.find(type, key);
  }
  base::CancelToken cancel_token() const override { return cancel.token(); }
  bool handed_over() const override { return given_over; }
  base::Loop& loop() override { return loop_; }
  base::Instant now() const override { return clock.now(); }
  plugin::Files* files() override { return with_files ? &fake_files : nullptr; }
  plugin::Processes* processes() override { return given_processes; }
  plugin::HttpClient* http() override { return given_http; }

  /// Messages of one level, in order.
  std::vector<std::string> lines(model::LogLevel level) const;
  /// The sum of a metric's values; nothing where it was never given.
  std::optional<double> metric_value(std::string_view name) const;

  plugin::RunInfo run_info;
  base::Value variables;
  base::CancelSource cancel;
  bool given_over = false;  ///< to another worker, when it is cancelled
  /// As configured; without an entry for it there is no container engine, whatever the machine has.
  plugin::PluginSettings settings;
  base::VirtualClock clock{base::Instant::of_millis(1'700'000'000'000)};
  FakeFiles fake_files;
  bool with_files = true;
  plugin::Processes* given_processes = nullptr;
  plugin::HttpClient* given_http = nullptr;
  /// Answers host calls; without one every call is refused.
  std::function<base::Result<base::Value>(std::string_view function, const base::Value& arguments)> host;

  std::function<void(model::LogLevel level)> on_log;  ///< called after each line; may be empty
  std::vector<LoggedLine> logged;
  std::vector<GivenMetric> metrics;
  std::vector<std::string> masked;
  std::vector<std::pair<std::string, base::Value>> host_calls;
  size_t rooms = 0;  ///< how often log_room() was awaited

 private:
  base::Loop& loop_;
};

}  // namespace gyr::plugins::testing
