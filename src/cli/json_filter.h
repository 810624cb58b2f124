// `--jq`: what a jq program makes of the JSON that a command prints (CLI-60).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "cli/console.h"

namespace gyr::jq {
struct Program;
}

namespace gyr::cli {

/// Stands in for standard output while a command runs and keeps what it writes. finish() prints the results. One
/// thread.
class JsonFilter final : public Output {
 public:
  JsonFilter(std::shared_ptr<const jq::Program> program, Output& out, base::Instant now)
      : program_(std::move(program)), out_(out), now_(now) {}
  /// GYR-C011 if the program cannot be read. `now` is the time for functions of the program.
  static base::Result<std::unique_ptr<JsonFilter>> make(std::string_view program, Output& out, base::Instant now);

  void write(std::string_view bytes) override { text_ += bytes; }
  bool is_terminal() const override { return false; }
  Size size() const override { return out_.size(); }
  int failure() const override { return out_.failure(); }

  /// Prints the results of the program for each JSON document, one on each line: texts as they are, other values as
  /// JSON. Prints nothing if the command has printed nothing. GYR-X006 if the program fails, GYR-E074 if the output is
  /// not JSON.
  base::Result<void> finish();

 private:
  base::Result<void> print(const base::Value& document);

  std::shared_ptr<const jq::Program> program_;
  Output& out_;
  base::Instant now_;
  std::string text_;
};

}  // namespace gyr::cli
