select arrow_cast(cast(null as varchar), 'Timestamp(Microsecond, Some("UTC"))') as responded_at
