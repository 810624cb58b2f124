#include "plugins/core/flow/file_of_pages.h"

#include <filesystem>
#include <fstream>

#include "plugin_api/render.h"
#include "syntax/ion.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

/// One line for each (STOR-12).
void append_lines(std::string& lines, const Value& page) {
  if (const Value* text = page.find("lines"); text != nullptr && text->is_string()) lines.append(text->text());
  const Value* outputs = page.find("outputs");
  if (outputs == nullptr || !outputs->is_list()) return;
  for (const Value& each : outputs->items()) lines.append(syntax::write_ion(each)).append("\n");
}

}  // namespace

base::Task<base::Result<std::string>> file_of_pages(plugin::RunContext& context, std::string_view function) {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(std::filesystem::path directory, storage->working_directory());
  std::string name = base::make_id(context.now()).to_text() + ".ion";
  std::filesystem::path file = directory / name;
  bool any = false;
  for (Value from = Value::integer(0); !from.is_null();) {
    GYR_CO_TRY(Value page, co_await context.host_call(function, Value::map({{"from", from}})));
    std::string lines;
    append_lines(lines, page);
    any = any || !lines.empty();
    bool written = true;
    co_await storage->on_pool([&] {
      std::ofstream out(file, std::ios::binary | std::ios::app);
      out << lines;
      out.close();
      written = static_cast<bool>(out);
    });
    if (!written)
      co_return base::fail(plugin::task_failed, "cannot write the outputs to a file in the working directory");
    const Value* next = page.find("next");
    from = next == nullptr ? Value() : *next;
  }
  if (!any) co_return std::string();
  co_return co_await storage->store(file, std::move(name));
}

}  // namespace gyr::plugins::core
