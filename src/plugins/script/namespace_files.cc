#include "plugins/script/namespace_files.h"

#include "plugin_api/render.h"
#include "plugins/host_calls.h"
#include "plugins/script/file_pattern.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;
using base::Value;

/// The properties, rendered.
struct Choice {
  std::vector<std::string> namespaces;
  std::vector<FilePattern> include;
  std::vector<FilePattern> exclude;
  IfExists if_exists = IfExists::overwrite;
  bool folder_per_namespace = false;

  bool takes(const std::string& path) const {
    auto matches = [&path](const FilePattern& pattern) { return pattern.matches(path); };
    return (include.empty() || std::any_of(include.begin(), include.end(), matches)) &&
           std::none_of(exclude.begin(), exclude.end(), matches);
  }
};

base::Result<std::vector<FilePattern>> compile_all(const std::optional<std::vector<std::string>>& texts) {
  std::vector<FilePattern> patterns;
  for (const auto& text : texts.value_or(std::vector<std::string>())) {
    GYR_TRY(auto pattern, FilePattern::of_namespace(text));
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

base::Task<base::Result<Choice>> render_choice(plugin::RunContext& context, const NamespaceFiles& properties) {
  Choice choice;
  GYR_CO_TRY(auto namespaces, co_await context.render(properties.namespaces));
  choice.namespaces = std::move(namespaces).value_or(std::vector{context.info().namespace_});
  GYR_CO_TRY(auto include, co_await context.render(properties.include));
  GYR_CO_TRY(choice.include, compile_all(include));
  GYR_CO_TRY(auto exclude, co_await context.render(properties.exclude));
  GYR_CO_TRY(choice.exclude, compile_all(exclude));
  GYR_CO_TRY(auto if_exists, co_await context.render(properties.if_exists));
  choice.if_exists = if_exists.value_or(IfExists::overwrite);
  GYR_CO_TRY(auto folders, co_await context.render(properties.folder_per_namespace));
  choice.folder_per_namespace = folders.value_or(false);
  co_return choice;
}

/// Whether the file is to be fetched; the error where its place is taken and must not be.
base::Result<bool> decide(plugin::RunContext& context, IfExists if_exists, const fs::path& place, std::string_view path,
                          std::string_view from) {
  std::error_code error;
  if (!fs::exists(place, error)) return true;
  std::string taken =
      fmt::format("the namespace file `{}` of `{}` already exists in the working directory", path, from);
  switch (if_exists) {
    case IfExists::overwrite: context.log(model::LogLevel::debug, taken + "; overwriting it"); return true;
    case IfExists::fail:
      return base::fail(
          base::Error(bad_file, std::move(taken)).with_hint("set `ifExists` to another value, or remove the file"));
    case IfExists::warn: context.log(model::LogLevel::warn, taken + "; keeping the existing file"); return false;
    case IfExists::ignore: return false;
  }
  return true;
}

base::Task<base::Result<size_t>> load_one(plugin::RunContext& context, const Choice& choice, std::string from) {
  plugin::Files* files = context.files();
  GYR_CO_TRY(Value listed, co_await context.host_call(host_calls::namespace_files_list,
                                                      Value::map({{"namespace", Value::string(from)}})));
  if (!listed.is_list()) co_return base::fail(bad_file, "the server did not return the namespace files");
  size_t count = 0;
  for (const Value& item : listed.items()) {
    if (!item.is_string()) co_return base::fail(bad_file, "the server returned a namespace file without a path");
    std::string path(item.text());
    if (!choice.takes(path)) continue;
    std::string_view relative = path;
    while (relative.starts_with('/')) relative.remove_prefix(1);
    std::string place_text = choice.folder_per_namespace ? fmt::format("{}/{}", from, relative) : std::string(relative);
    GYR_CO_TRY(fs::path place, files->resolve(place_text));
    GYR_CO_TRY(bool wanted, decide(context, choice.if_exists, place, path, from));
    if (!wanted) continue;
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    if (error)
      co_return base::fail(bad_file, fmt::format("cannot create the folder of `{}`: {}", place_text, error.message()));
    GYR_CO_CHECK(co_await files->fetch(fmt::format("nsfile://{}/{}", from, relative), place));
    count += 1;
  }
  co_return count;
}

}  // namespace

base::Task<base::Result<void>> load_namespace_files(plugin::RunContext& context, const NamespaceFiles& properties) {
  GYR_CO_TRY(auto enabled, co_await context.render(properties.enabled));
  if (!enabled.value_or(true)) co_return base::Result<void>();
  GYR_CO_TRY(Choice choice, co_await render_choice(context, properties));
  base::MonotonicTime begin = context.loop().now();
  size_t count = 0;
  for (const auto& from : choice.namespaces) {
    GYR_CO_TRY(size_t loaded, co_await load_one(context, choice, from));
    count += loaded;
  }
  auto took = std::chrono::duration<double, std::milli>(context.loop().now() - begin).count();
  context.log(model::LogLevel::info,
              fmt::format("copied {} namespace files from `{}` to the working directory in {:.0f} ms", count,
                          fmt::join(choice.namespaces, "`, `"), took));
  context.metric(model::MetricType::counter, "namespacefiles.count", static_cast<double>(count), {});
  context.metric(model::MetricType::timer, "namespacefiles.duration", took, {});
  co_return base::Result<void>();
}

}  // namespace gyr::plugins::script
