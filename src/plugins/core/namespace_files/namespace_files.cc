#include "plugins/core/namespace_files/namespace_files.h"

#include <algorithm>

#include "expression/convert.h"
#include "plugins/core/log_message.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {

using base::Value;

base::Result<FileChoice> FileChoice::of(const Value& files) {
  FileChoice choice;
  Value list = files;
  if (files.is_string()) {
    // Also `[` begins a pattern; a list is whatever reads as one.
    auto parsed = files.text().starts_with('[') ? expression::to_list(files)
                                                : base::Result<Value>(base::fail(plugin::task_failed, ""));
    list = parsed ? *parsed : Value::list({files});
  }
  if (!list.is_list())
    return base::fail(plugin::task_failed,
                      fmt::format("`files` must be a pattern or a list of patterns, not {}", kind_words(list)));
  for (const Value& item : list.items()) {
    if (!item.is_string())
      return base::fail(plugin::task_failed,
                        fmt::format("each entry of `files` must be a pattern, not {}", kind_words(item)));
    GYR_TRY(auto pattern, script::FilePattern::of_namespace(item.text()));
    choice.patterns_.push_back(std::move(pattern));
  }
  return choice;
}

bool FileChoice::takes(std::string_view path) const {
  return std::ranges::any_of(patterns_, [&](const script::FilePattern& pattern) { return pattern.matches(path); });
}

base::Task<base::Result<std::vector<std::string>>> chosen_files(plugin::RunContext* context, std::string namespace_,
                                                                FileChoice choice) {
  GYR_CO_TRY(Value listed, co_await context->host_call(host_calls::namespace_files_list,
                                                       Value::map({{"namespace", Value::string(namespace_)}})));
  std::vector<std::string> chosen;
  for (const Value& path : listed.items()) {
    if (path.is_string() && choice.takes(path.text())) chosen.emplace_back(path.text());
  }
  co_return chosen;
}

std::string below_folder(std::string_view folder, std::string_view path) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  while (folder.starts_with('/')) folder.remove_prefix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  return folder.empty() ? fmt::format("/{}", path) : fmt::format("/{}/{}", folder, path);
}

}  // namespace gyr::plugins::core
