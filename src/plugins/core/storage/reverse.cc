// io.kestra.plugin.core.storage.Reverse (CORE-32, CORE-42)
#include <fstream>

#include "base/text.h"
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/charset.h"
#include "plugins/core/storage/file_name.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr size_t block_bytes = 256 * 1024;

struct Reverse {
  model::Dynamic<std::string> from;
  model::Dynamic<std::string> separator;
  model::Dynamic<std::string> charset;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Line by line from the end; of the file no more than a block and a line are in memory. Blocking.
base::Result<void> reverse_file(const fs::path& source, const fs::path& target, const std::string& separator) {
  std::ifstream in(source, std::ios::binary);
  std::ofstream out(target, std::ios::binary | std::ios::trunc);
  std::error_code error;
  uint64_t left = fs::file_size(source, error);
  auto emit = [&](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
    out.write(separator.data(), static_cast<std::streamsize>(separator.size()));
  };
  bool any = left > 0;
  bool at_end = true;
  std::string text;  // the part of the block before its first line start
  while (in && left > 0) {
    size_t count = std::min<uint64_t>(block_bytes, left);
    left -= count;
    std::string block(count, '\0');
    in.seekg(static_cast<std::streamoff>(left));
    in.read(block.data(), static_cast<std::streamsize>(count));
    text.insert(0, block);
    if (std::exchange(at_end, false) && text.ends_with('\n')) text.pop_back();
    for (size_t at = text.rfind('\n'); at != std::string::npos; at = text.rfind('\n')) {
      emit(std::string_view(text).substr(at + 1));
      text.resize(at);
    }
  }
  if (any) emit(text);
  out.close();
  if (error || !in || !out)
    return base::fail(plugin::task_failed,
                      "cannot reverse the file: it cannot be read or the new file cannot be written");
  return {};
}

base::Task<plugin::TaskResult> Reverse::run(plugin::RunContext& context) const {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto address, co_await context.render(from));
  GYR_CO_TRY(auto written_end, co_await context.render(separator));
  GYR_CO_TRY(auto encoding, co_await context.render(charset));
  std::string name_of_charset = base::to_lower_ascii(encoding.value_or("UTF-8"));
  if (name_of_charset.starts_with("utf-16") || name_of_charset.starts_with("utf-32")) {
    co_return base::fail(
        plugin::task_failed,
        fmt::format("cannot split lines in the character set `{}`; use a character set that contains ASCII",
                    *encoding));
  }
  GYR_CO_TRY(std::string end, encode_text(written_end.value_or("\n"), name_of_charset));

  GYR_CO_TRY(fs::path directory, storage->working_directory());
  std::string uri = address.value_or("");
  std::string extension = fs::path(uri).extension().string();
  GYR_CO_TRY(std::string name, new_file_name(context, extension));
  fs::path source = directory / (name + ".source");
  fs::path target = directory / name;
  GYR_CO_CHECK(co_await storage->fetch(std::move(uri), source));
  base::Result<void> reversed;
  co_await storage->on_pool([&] {
    reversed = reverse_file(source, target, end);
    std::error_code ignored;  // the working directory goes away with the task
    fs::remove(source, ignored);
  });
  GYR_CO_CHECK(reversed);
  GYR_CO_TRY(std::string stored, co_await storage->store(target, std::move(name)));
  co_return plugin::Success{Value::map({{"uri", Value::string(stored)}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_reverse_task() {
  return plugin::task_type<Reverse>("io.kestra.plugin.core.storage.Reverse")
      .title("Reverses the lines of a file")
      .property("from", &Reverse::from,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .property("separator", &Reverse::separator,
                {.title = "Separator written after each line", .default_value = Value::string("\n"), .group = "main"})
      .property("charset", &Reverse::charset,
                {.title = "Character set of the file", .default_value = Value::string("UTF-8"), .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the new file"})
      .example("Writes the newest lines first", R"(id: newest
type: io.kestra.plugin.core.storage.Reverse
from: "{{ outputs.download.uri }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
