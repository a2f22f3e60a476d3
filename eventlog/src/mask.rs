use domain::calendar::SlotMask;
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{
        PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid,
    },
};

/// A mask as `bit(96)` has it: the leftmost bit is slot 0, 00:00 UTC.
///
/// Binds and reads single values and arrays, as `varbit`: in a statement `bit[]`
/// would mean bits of length one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskColumn(pub SlotMask);

// sqlx knows these types by their numbers in pg_type, which never change.
const BIT: Oid = Oid(1560);
const BIT_ARRAY: Oid = Oid(1561);
const VARBIT: Oid = Oid(1562);
const VARBIT_ARRAY: Oid = Oid(1563);

/// Bits of the column.
const BITS: i32 = 96;
/// Bytes they take.
const BYTES: usize = 12;

impl MaskColumn {
    /// Its bits as the column has them: slot 0 is the highest bit of the first byte.
    pub fn bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        // Slot 0, the lowest of the mask's bits, becomes the highest bit.
        bytes.copy_from_slice(&self.0.bits().reverse_bits().to_be_bytes()[..BYTES]);
        bytes
    }
}

impl Type<Postgres> for MaskColumn {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(VARBIT)
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        [Some(BIT), Some(VARBIT)].contains(&info.oid())
    }
}

impl PgHasArrayType for MaskColumn {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(VARBIT_ARRAY)
    }

    fn array_compatible(info: &PgTypeInfo) -> bool {
        [Some(BIT_ARRAY), Some(VARBIT_ARRAY)].contains(&info.oid())
    }
}

impl Encode<'_, Postgres> for MaskColumn {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&BITS.to_be_bytes());
        buffer.extend_from_slice(&self.bytes());
        Ok(IsNull::No)
    }
}

impl Decode<'_, Postgres> for MaskColumn {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => from_binary(value.as_bytes()?),
            PgValueFormat::Text => from_text(value.as_str()?),
        }
        .map(|bits| Self(SlotMask::from_bits(bits)))
        .ok_or_else(|| "a mask has 96 bits".into())
    }
}

fn from_binary(bytes: &[u8]) -> Option<u128> {
    let (length, bits) = bytes.split_at_checked(size_of::<i32>())?;
    if length != BITS.to_be_bytes() || bits.len() != BYTES {
        return None;
    }
    let mut wide = [0; size_of::<u128>()];
    wide[..BYTES].copy_from_slice(bits);
    Some(u128::from_be_bytes(wide).reverse_bits())
}

fn from_text(text: &str) -> Option<u128> {
    if text.len() != BYTES * 8 {
        return None;
    }
    let bits = u128::from_str_radix(text, 2).ok()?;
    Some((bits << (u128::BITS - BITS.unsigned_abs())).reverse_bits())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_leftmost_bit_is_slot_0() {
        let text = format!("11{}1", "0".repeat(93));
        let mask: SlotMask = "0-1,95".parse().expect("a mask");
        assert_eq!(from_text(&text), Some(mask.bits()));
    }

    proptest! {
        #[test]
        fn both_wire_formats_say_the_same(bits in 0..1_u128 << 96) {
            let mut buffer = PgArgumentBuffer::default();
            let encoded = MaskColumn(SlotMask::from_bits(bits)).encode_by_ref(&mut buffer);
            prop_assert!(encoded.is_ok());
            let text: String = (0..96)
                .map(|slot| if bits >> slot & 1 == 1 { '1' } else { '0' })
                .collect();
            prop_assert_eq!(from_binary(&buffer), Some(bits));
            prop_assert_eq!(from_text(&text), Some(bits));
        }
    }

    #[test]
    fn other_lengths_are_no_masks() {
        assert_eq!(from_text("0101"), None);
        assert_eq!(from_text(&"2".repeat(96)), None);
        assert_eq!(from_binary(&[0, 0, 0, 8, 255]), None);
    }
}
