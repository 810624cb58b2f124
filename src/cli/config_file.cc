#include "cli/config_file.h"

#include <cstdlib>
#include <filesystem>

namespace gyr::cli {

std::string default_config() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  std::filesystem::path file = std::filesystem::path(home) / ".kestra" / "config.yml";
  std::error_code error;
  return std::filesystem::is_regular_file(file, error) ? file.string() : std::string();
}

std::string config_file(const Session& session) {
  return session.common.config ? *session.common.config : default_config();
}

}  // namespace gyr::cli
