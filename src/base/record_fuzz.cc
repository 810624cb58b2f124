// Records with fields that nobody knows, in any order, cut anywhere: never a crash, and what an older program reads and
// writes again says the same to a newer one.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "base/record.h"

namespace gyr::base {
namespace {

struct Part {
  std::string name;
  std::vector<std::string> texts;
  Value value;
  Id id;
  Instant when;
  int64_t count = 0;
  std::vector<Part> children;
  std::string unknown_fields;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Part>& part) {
  visit(1, part.name);
  visit(2, part.texts);
  visit(3, part.value);
  visit(4, part.id);
  visit(5, part.when);
  visit(6, part.count);
  visit(7, part.children);
  visit.unknown(part.unknown_fields);
}

/// The same as seen by a program that knows less.
struct Older {
  std::string name;
  int64_t count = 0;
  std::string unknown_fields;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Older>& older) {
  visit(1, older.name);
  visit(6, older.count);
  visit.unknown(older.unknown_fields);
}

void require(bool holds) {
  if (!holds) std::abort();
}

std::string record_of(const auto& part) {
  std::string bytes;
  write_record(bytes, part);
  return bytes;
}

/// One field with a content that fits its wire.
std::string make_field(std::mt19937& random, uint64_t number) {
  std::string bytes;
  Encoder encoder(bytes);
  const uint64_t wire = random() % 4;
  encoder.varint(number << 2 | wire);
  if (wire == 0) encoder.varint(random());
  if (wire == 1) encoder.bytes(std::string(random() % 200, static_cast<char>(random())));
  if (wire == 2) encoder.id(Id{random(), random()});
  if (wire == 3) encoder.fixed64(random());
  return bytes;
}

}  // namespace
}  // namespace gyr::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::base;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  auto part = read_record<Part>(input);
  if (!part) return 0;
  const std::string bytes = record_of(*part);
  auto again = read_record<Part>(bytes);
  require(again && record_of(*again) == bytes);

  // Through an older program, with fields of a later one among its own.
  std::mt19937 random(static_cast<uint32_t>(size) * 2'654'435'761U + (size > 0 ? data[size / 2] : 0U));
  std::string later;
  for (unsigned i = 0; i < random() % 40; ++i) later += make_field(random, 8 + random() % 5'000);
  auto older = read_record<Older>(later + bytes);
  require(older.has_value());
  auto back = read_record<Part>(record_of(*older));
  require(back.has_value());
  back->unknown_fields.clear();
  part->unknown_fields.clear();
  require(record_of(*back) == record_of(*part));
  // Cut anywhere: a smaller record or an error.
  (void)read_record<Part>(std::string_view(bytes).substr(0, bytes.empty() ? 0 : random() % bytes.size()));
  return 0;
}
