// io.kestra.plugin.core.storage.Concat (CORE-30, CORE-42)
#include <fstream>

#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/log_message.h"
#include "plugins/core/storage/file_name.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using base::Value;

struct Concat {
  model::Dynamic<Value> files;
  model::Dynamic<std::string> separator;
  model::Dynamic<std::string> extension;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// `files` as addresses: a list, or text that holds a JSON list.
base::Result<std::vector<std::string>> addresses(const Value& source, const Value& rendered) {
  if (!source.is_string() && !source.is_list()) {
    return base::fail(plugin::task_failed,
                      fmt::format("`files` must be a list of URIs, or its JSON text, not {}", kind_words(source)));
  }
  GYR_TRY(Value list, expression::to_list(rendered));
  std::vector<std::string> result;
  for (const Value& item : list.items()) {
    if (!item.is_string()) {
      return base::fail(plugin::task_failed,
                        fmt::format("item {} of `files` must be a URI, not {}", result.size(), kind_words(item)));
    }
    result.emplace_back(item.text());
  }
  return result;
}

/// Appends one file to another, then the separator; blocking.
base::Result<void> append(const fs::path& target, const fs::path& piece, const std::string& separator) {
  std::ofstream out(target, std::ios::binary | std::ios::app);
  std::ifstream in(piece, std::ios::binary);
  if (in && fs::file_size(piece) > 0) out << in.rdbuf();
  out << separator;
  out.close();
  if (in && out) return {};
  return base::fail(plugin::task_failed, fmt::format("cannot append to the file `{}`", target.filename().string()));
}

base::Task<plugin::TaskResult> Concat::run(plugin::RunContext& context) const {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto end, co_await context.render(extension));
  GYR_CO_TRY(std::string name, new_file_name(context, end));
  GYR_CO_TRY(Value rendered, co_await context.render_value(files, {}, false));
  GYR_CO_TRY(auto uris, addresses(files.source(), rendered));
  GYR_CO_TRY(auto between, co_await context.render(separator));

  GYR_CO_TRY(fs::path directory, storage->working_directory());
  fs::path target = directory / name;
  fs::path piece = directory / (name + ".part");
  base::Result<void> written;
  co_await storage->on_pool([&] { std::ofstream(target, std::ios::binary).close(); });
  for (auto& uri : uris) {
    GYR_CO_CHECK(co_await storage->fetch(std::move(uri), piece));
    co_await storage->on_pool([&] {
      written = append(target, piece, between.value_or(""));
      std::error_code ignored;  // the working directory goes away with the task
      fs::remove(piece, ignored);
    });
    GYR_CO_CHECK(written);
  }
  GYR_CO_TRY(std::string uri, co_await storage->store(target, std::move(name)));
  co_return plugin::Success{Value::map({{"uri", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_concat_task() {
  return plugin::task_type<Concat>("io.kestra.plugin.core.storage.Concat")
      .title("Concatenates files of internal storage")
      .property(
          "files", &Concat::files,
          {.title = "URIs of the files, as a list or as the JSON text of a list", .required = true, .group = "main"})
      .property("separator", &Concat::separator,
                {.title = "Separator written after each file, including the last one", .group = "main"})
      .property("extension", &Concat::extension,
                {.title = "Extension of the new file", .default_value = Value::string(".tmp"), .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the new file"})
      .example("Concatenates two files", R"(id: join
type: io.kestra.plugin.core.storage.Concat
files:
  - "{{ outputs.first.uri }}"
  - "{{ outputs.second.uri }}"
separator: "\n"
)")
      .build();
}

}  // namespace gyr::plugins::core
