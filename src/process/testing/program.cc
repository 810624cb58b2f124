#include "process/testing/program.h"

#include "base/assert.h"
#include "base/log.h"

namespace gyr::process::testing {

std::optional<int> run_helper_command(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "--spawner") return std::nullopt;
  return run_spawner(std::atoi(argv[2]));
}

std::unique_ptr<Spawner> spawner_of_this_program() {
  auto spawner = start_spawner("/proc/self/exe");
  if (!spawner) base::log::error("{}", spawner.error().to_string());
  GYR_ASSERT(spawner.has_value());
  return *std::move(spawner);
}

}  // namespace gyr::process::testing
