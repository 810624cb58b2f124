// Records as programs of a level wrote them, kept in files (tests/records).
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace gyr::base::testing {

/// The samples of one file: lines of a name, a space and the bytes in hexadecimal. A file that is there never changes;
/// a new form gets a new line.
class RecordSamples {
 public:
  /// `file`: below tests/records, such as `level_1/frames.txt`.
  explicit RecordSamples(const std::string& file) : file_(file) {
    const char* const root = std::getenv("GYR_SOURCE_DIR");
    std::ifstream in(std::filesystem::path(root != nullptr ? root : ".") / "tests" / "records" / file);
    for (std::string name, hex; in >> name >> hex;) samples_[name] = of_hex(hex);
  }
  /// The sample's bytes; fails the test where there are none.
  std::string bytes(const std::string& name) const {
    const auto found = samples_.find(name);
    if (found != samples_.end()) return found->second;
    ADD_FAILURE() << "no sample '" << name << "' in tests/records/" << file_;
    return {};
  }
  /// That these bytes are the sample's; if not, says which line they would be.
  void expect(const std::string& name, std::string_view bytes) const {
    const auto found = samples_.find(name);
    if (found != samples_.end() && found->second == bytes) return;
    ADD_FAILURE() << "tests/records/" << file_ << (found == samples_.end() ? " lacks" : " has another form of")
                  << "\nSAMPLE " << file_ << " " << name << " " << to_hex(bytes);
  }
  const std::map<std::string, std::string>& all() const { return samples_; }

 private:
  static std::string to_hex(std::string_view bytes) {
    if (bytes.empty()) return "-";
    std::string hex;
    for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<uint8_t>(byte));
    return hex;
  }
  static std::string of_hex(const std::string& hex) {
    std::string bytes;
    if (hex == "-") return bytes;  // a record without a field
    for (size_t i = 0; i + 1 < hex.size(); i += 2) {
      bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
  }

  std::string file_;
  std::map<std::string, std::string> samples_;
};

}  // namespace gyr::base::testing
