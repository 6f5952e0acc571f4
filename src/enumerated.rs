//! Enums with the list of their variants, from one declaration: a variant that is missing in the list would be missed
//! by no compiler.

/// Declares an enum, and `ALL`: its variants in their order.
macro_rules! enumerated {
    ($(#[$about:meta])* $seen:vis enum $Name:ident { $($(#[$variant_about:meta])* $Variant:ident,)* }) => {
        $(#[$about])*
        $seen enum $Name {
            $($(#[$variant_about])* $Variant,)*
        }

        impl $Name {
            /// All of them, in their order.
            pub const ALL: [Self; [$(stringify!($Variant)),*].len()] = [$(Self::$Variant),*];
        }
    };
}
