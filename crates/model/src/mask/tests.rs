use super::*;

fn masker() -> Masker {
    Masker::new(b"key of the session")
}

#[test]
fn a_mask_shows_kind_length_and_hash() {
    let masked = masker().mask("client_secret", "correct horse");
    assert!(
        masked.starts_with("⟨client_secret · 13 chars · #"),
        "{masked}"
    );
    assert_eq!(masked, masker().mask("client_secret", "correct horse"));
    assert_ne!(masked, masker().mask("client_secret", "correct house"));
    assert_ne!(
        masked,
        Masker::new(b"other").mask("client_secret", "correct horse")
    );
    assert_eq!(masker().mask("x", &masked), masked);
}
