#include "plugins/core/storage/item_rows.h"

#include "base/text.h"
#include "plugins/core/log_message.h"
#include "plugins/core/storage/file_name.h"
#include "syntax/ion.h"

namespace gyr::plugins::core {

namespace fs = std::filesystem;
using base::Value;

namespace {

constexpr size_t lines_at_once = 500;
constexpr size_t bytes_at_once = 1024 * 1024;

}  // namespace

base::Result<Value> parse_item(std::string_view line, uint64_t number) {
  syntax::IonReader reader(line);
  auto item = reader.next();
  if (!item || !*item)
    return base::fail(plugin::task_failed, fmt::format("cannot read line {}: {}", number,
                                                       item ? "the line is empty" : item.error().message()));
  auto more = reader.next();
  if (!more || *more) return base::fail(plugin::task_failed, fmt::format("line {} has more than one item", number));
  if (!(*item)->is_map())
    return base::fail(plugin::task_failed,
                      fmt::format("the item in line {} must be a map, not {}", number, kind_words(**item)));
  return **std::move(item);
}

base::Task<base::Result<std::vector<std::string>>> ItemRows::next() {
  std::vector<std::string> lines;
  bool readable = true;
  co_await files_.on_pool([&] {
    position_ = read_;
    std::string line;
    for (size_t bytes = 0; lines.size() < lines_at_once && bytes < bytes_at_once && std::getline(stream_, line);
         ++read_) {
      bytes += line.size();
      lines.push_back(line);
    }
    readable = stream_.good() || stream_.eof();
  });
  if (!readable) co_return base::fail(plugin::task_failed, "cannot read the file");
  co_return lines;
}

base::Task<base::Result<ItemFiles>> fetch_items(plugin::RunContext& context, std::string uri) {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(fs::path directory, storage->working_directory());
  ItemFiles files;
  std::string extension = fs::path(uri).extension().string();
  GYR_CO_TRY(files.name, new_file_name(context, extension.empty() ? ".ion" : extension));
  files.source = directory / (files.name + ".source");
  files.target = directory / files.name;
  GYR_CO_CHECK(co_await storage->fetch(std::move(uri), files.source));
  GYR_CO_CHECK(co_await append_lines(*storage, files.target, {}));  // also where no line is kept
  co_return files;
}

base::Task<base::Result<void>> append_lines(plugin::Files& files, const fs::path& file, std::string lines) {
  bool written = true;
  co_await files.on_pool([&] {
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << lines;
    out.close();
    written = static_cast<bool>(out);
  });
  if (!written) co_return base::fail(plugin::task_failed, "cannot write the file");
  co_return base::Result<void>();
}

}  // namespace gyr::plugins::core
