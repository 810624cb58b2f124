// io.kestra.plugin.core.namespace.UploadFiles (CORE-60, CORE-63, NSF-6)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/log_message.h"
#include "plugins/core/namespace_files/namespace_files.h"
#include "plugins/host_calls.h"
#include "plugins/script/working_files.h"
#include "syntax/json.h"

namespace gyr::plugins::core {

enum class Conflict : uint8_t { overwrite, error, skip };

}  // namespace gyr::plugins::core

namespace gyr::model {

template <>
struct EnumNames<plugins::core::Conflict> {
  static std::string_view type_name() { return "io.kestra.core.storages.Namespace$Conflicts"; }
  static std::span<const std::pair<std::string_view, plugins::core::Conflict>> names() {
    static constexpr std::pair<std::string_view, plugins::core::Conflict> all[] = {
        {"OVERWRITE", plugins::core::Conflict::overwrite},
        {"ERROR", plugins::core::Conflict::error},
        {"SKIP", plugins::core::Conflict::skip}};
    return all;
  }
};

}  // namespace gyr::model

namespace gyr::plugins::core {
namespace {

using base::Value;

struct UploadFiles {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::vector<std::string>> files;
  model::Dynamic<Value> files_map;
  model::Dynamic<std::string> destination;
  model::Dynamic<Conflict> conflict;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Where the files go, and what went there.
class Upload {
 public:
  Upload(plugin::RunContext& context, std::string to, std::string folder, Conflict conflict)
      : context_(context), to_(std::move(to)), folder_(std::move(folder)), conflict_(conflict) {}

  /// Files of the working directory that match.
  base::Task<base::Result<void>> add_matches(FileChoice choice) {
    plugin::Files* files = context_.files();
    GYR_CO_TRY(auto directory, files->working_directory());
    base::Result<std::vector<script::FoundFile>> found;
    co_await files->on_pool([&] { found = script::find_output_files(directory, {"**"}, {}, {}); });
    if (!found) co_return base::fail(found.error());
    for (const auto& file : *found) {
      if (!choice.takes("/" + file.name)) continue;
      GYR_CO_TRY(std::string uri, co_await files->store_copy(file.path, new_name()));
      GYR_CO_CHECK(co_await put(file.name, std::move(uri)));
    }
    co_return base::Result<void>();
  }

  /// Target name to address; an address without a file is left out.
  base::Task<base::Result<void>> add_map(Value map) {
    for (const auto& entry : map.entries()) {
      if (!entry.value.is_string()) {
        co_return base::fail(plugin::task_failed, fmt::format("`filesMap`: `{}` must be a file URI, not {}",
                                                              entry.name(), kind_words(entry.value)));
      }
      GYR_CO_TRY(auto uri, co_await context_.files()->copy(std::string(entry.value.text()), new_name()));
      if (!uri) {
        context_.log(model::LogLevel::warn,
                     fmt::format("skipped `{}`: the file `{}` does not exist", entry.name(), entry.value.text()));
        continue;
      }
      GYR_CO_CHECK(co_await put(entry.name(), *std::move(uri)));
    }
    co_return base::Result<void>();
  }

  Value stored() { return stored_.build(); }

 private:
  /// In the storage of this run, until the file is at its place.
  std::string new_name() { return fmt::format("upload-{}-{}", base::make_id(context_.now()).to_text(), ++number_); }

  base::Task<base::Result<void>> put(std::string_view name, std::string uri) {
    const std::string path = below_folder(folder_, name);
    auto answer = co_await context_.host_call(host_calls::namespace_files_put,
                                              Value::map({{"namespace", Value::string(to_)},
                                                          {"path", Value::string(path)},
                                                          {"uri", Value::string(uri)},
                                                          {"conflict", Value::string(conflict_name())}}));
    if (answer && answer->is_string()) {
      stored_.set(path, *answer);
      co_return base::Result<void>();
    }
    GYR_CO_CHECK(co_await context_.files()->remove(uri));
    if (!answer) co_return base::fail(answer.error());
    context_.log(model::LogLevel::debug, fmt::format("skipped `{}`: the file already exists", path));
    co_return base::Result<void>();
  }

  std::string_view conflict_name() const {
    for (const auto& [name, value] : model::EnumNames<Conflict>::names()) {
      if (value == conflict_) return name;
    }
    return "OVERWRITE";
  }

  plugin::RunContext& context_;
  const std::string to_;
  const std::string folder_;
  const Conflict conflict_;
  uint64_t number_ = 0;
  base::MapBuilder stored_;
};

/// A map, or text that holds a JSON object.
base::Result<Value> map_of(const Value& rendered) {
  if (rendered.is_map()) return rendered;
  if (rendered.is_string()) {
    auto parsed = syntax::parse_json(rendered.text());
    if (parsed && parsed->is_map()) return *parsed;
  }
  return base::fail(
      plugin::task_failed,
      fmt::format("`filesMap` must be a map of paths to file URIs, or its JSON text, not {}", kind_words(rendered)));
}

base::Task<plugin::TaskResult> UploadFiles::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  if (!files.is_set() && !files_map.is_set())
    co_return base::fail(plugin::task_failed, "files or filesMap is required");
  GYR_CO_TRY(auto to, co_await context.render(namespace_));
  GYR_CO_TRY(auto folder, co_await context.render(destination));
  GYR_CO_TRY(auto taken, co_await context.render(conflict));
  Upload upload(context, to.value_or(""), folder.value_or("/"), taken.value_or(Conflict::overwrite));
  GYR_CO_TRY(Value patterns, co_await context.render_value(files, {}, false));
  if (!patterns.is_null()) {
    GYR_CO_TRY(FileChoice choice, FileChoice::of(patterns));
    GYR_CO_CHECK(co_await upload.add_matches(std::move(choice)));
  }
  GYR_CO_TRY(Value map, co_await context.render_value(files_map, {}, false));
  if (!map.is_null()) {
    GYR_CO_TRY(map, map_of(map));
    GYR_CO_CHECK(co_await upload.add_map(std::move(map)));
  }
  Value stored = upload.stored();
  context.log(model::LogLevel::info,
              fmt::format("{} files uploaded to the namespace `{}`", stored.size(), to.value_or("")));
  co_return plugin::Success{Value::map({{"files", std::move(stored)}}), std::nullopt};
}

}  // namespace

plugin::TaskType upload_files_task() {
  return plugin::task_type<UploadFiles>("io.kestra.plugin.core.namespace.UploadFiles")
      .title("Uploads files to a namespace")
      .documentation(
          "The task uploads the files of the working directory that match `files`, and the files of `filesMap`. Each "
          "upload creates a new revision. Earlier revisions stay available.")
      .property("namespace", &UploadFiles::namespace_,
                {.title = "Namespace of the files", .required = true, .group = "main"})
      .property("files", &UploadFiles::files,
                {.title = "Glob patterns of files in the working directory",
                 .documentation = "A pattern that starts with a letter, a digit or `_` matches in all folders. A "
                                  "pattern that starts with `/` matches from the root folder.",
                 .group = "main"})
      .property("filesMap", &UploadFiles::files_map,
                {.title = "Map of paths in the namespace to file URIs",
                 .documentation = "A map or its JSON text.",
                 .group = "main"})
      .property("destination", &UploadFiles::destination,
                {.title = "Destination folder in the namespace", .default_value = Value::string("/"), .group = "main"})
      .property(
          "conflict", &UploadFiles::conflict,
          {.title = "Action if a file already exists", .default_value = Value::string("OVERWRITE"), .group = "main"})
      .output("files", {.type = model::ValueType::map, .title = "URIs of the uploaded files, by path"})
      .example("Uploads a result for other flows", R"(id: publish
type: io.kestra.plugin.core.namespace.UploadFiles
namespace: company.team
filesMap:
  reports/daily.csv: "{{ outputs.report.uri }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
