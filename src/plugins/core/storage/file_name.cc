#include "plugins/core/storage/file_name.h"

namespace gyr::plugins::core {

base::Result<std::string> new_file_name(const plugin::RunContext& context,
                                        const std::optional<std::string>& extension) {
  std::string end = extension && !extension->empty() ? *extension : ".tmp";
  if (end.find('/') != std::string::npos || end.find("..") != std::string::npos ||
      end.find('\0') != std::string::npos) {
    return base::fail(plugin::task_failed, fmt::format("`{}` is not a file extension", end.substr(0, end.find('\0'))));
  }
  if (end.front() != '.') end.insert(0, ".");
  return base::make_id(context.now()).to_text() + end;
}

}  // namespace gyr::plugins::core
