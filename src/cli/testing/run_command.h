// Runs a command line in a test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/program.h"
#include "cli/temporary_folder.h"
#include "cli/testing/fake_terminal.h"
#include "plugin_api/registry.h"

namespace gyr::cli::testing {

/// The types of an installation; constructed once for all tests.
const plugin::Registry& registry();

/// A program whose engine does not start and whose server records its options. The embedded pages are those of
/// docs/errors. A configuration with the word `wrong` has an error; the effective one has a port and a hidden password.
/// The graph of a flow has one task `a` in a cluster and a trigger before it.
Program program();
/// The options with which the server of program() was started last.
ServerOptions& last_server();
/// How often an engine was requested.
size_t& engines_started();

/// The exit code and the output of a command.
struct Result {
  int code = 0;
  std::string out;
  std::string err;
};
/// Runs `gyr` with these words. `input` is standard input; `name` is the name of the program.
Result run(std::vector<std::string> words, std::string_view input = {}, std::string_view name = "gyr");
/// The same with another program than program().
Result run_with(const Program& program, std::vector<std::string> words, std::string_view input = {},
                std::string_view name = "gyr");

/// Runs `gyr` with other outputs, for example a terminal; returns the exit code.
int run_on(Output& out, Output& err, std::vector<std::string> words);

/// A folder for files of a test.
class Files {
 public:
  Files() : folder_(*TemporaryFolder::make()) {}
  /// Writes a file and creates its folders; returns its path.
  std::string put(const std::string& name, std::string_view content) {
    auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  std::string path(const std::string& name = {}) const { return (folder_.path() / name).string(); }

 private:
  TemporaryFolder folder_;
};

/// The 2024-03-01T10:00:00.123456Z of spec 02, section 19.
base::Instant test_time();

}  // namespace gyr::cli::testing
